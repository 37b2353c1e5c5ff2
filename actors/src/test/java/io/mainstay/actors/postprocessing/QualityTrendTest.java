package io.mainstay.actors.postprocessing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class QualityTrendTest {
  private static final QualityTrend.Limits LIMITS = new QualityTrend.Limits(10, 0.5, 0.2);

  private static QualityTrend after(QualityTrend trend, int count, boolean poor) {
    QualityTrend next = trend;
    for (int i = 0; i < count; i++) {
      next = next.with(poor);
    }
    return next;
  }

  @Test
  void poorPictures_areATrendOnceTheWindowIsFullAndHalfOfItIsPoor() {
    QualityTrend few = after(QualityTrend.begin(LIMITS), 9, true);
    assertFalse(few.degraded());
    assertTrue(few.with(true).degraded());
    QualityTrend mixed = after(after(QualityTrend.begin(LIMITS), 6, false), 4, true);
    assertFalse(mixed.degraded());
    assertTrue(mixed.with(true).degraded());
    assertEquals(5, mixed.with(true).poorCount());
  }

  @Test
  void trend_endsOnlyBelowTheLowerShare() {
    QualityTrend bad = after(QualityTrend.begin(LIMITS), 10, true);
    QualityTrend better = after(bad, 7, false);
    assertTrue(better.degraded());
    assertFalse(better.with(false).degraded());
  }

  @Test
  void limits_thatDoNotAscend_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new QualityTrend.Limits(1, 0.5, 0.2));
    assertThrows(IllegalArgumentException.class, () -> new QualityTrend.Limits(10, 0.2, 0.2));
    assertEquals(20, QualityTrend.Limits.of(ConfigFactory.load()).window());
  }
}
