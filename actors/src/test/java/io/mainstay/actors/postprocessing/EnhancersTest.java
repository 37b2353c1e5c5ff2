package io.mainstay.actors.postprocessing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EnhancersTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final Enhancers enhancers = new Enhancers(4, now::get);

  @Test
  void ofEachModel_theLastPicturesCount() {
    enhancers.judged(Set.of("a", "b"), false);
    for (int picture = 0; picture < 4; picture++) {
      enhancers.judged(Set.of("a"), picture > 0);
    }
    assertEquals(
        Map.of("a", new Enhancers.Seen(3, 4), "b", new Enhancers.Seen(0, 1)), enhancers.seen());
    assertEquals(75, enhancers.seen().get("a").percent());
  }

  @Test
  void modelThatIsReplaced_isUsedAgainAfterItsTime_andJudgedAnew() {
    enhancers.judged(Set.of("a"), true);
    enhancers.replace("a", Duration.ofNanos(10));
    assertEquals(Set.of("a"), enhancers.replaced());
    assertEquals(Map.of(), enhancers.seen());
    // The clock may pass from its largest value to its smallest.
    now.addAndGet(9);
    assertEquals(Set.of("a"), enhancers.replaced());
    now.addAndGet(1);
    assertEquals(Set.of(), enhancers.replaced());
  }

  @Test
  void modelThatIsRestored_isUsedAtOnce() {
    enhancers.replace("a", Duration.ofHours(1));
    enhancers.restore("a");
    assertEquals(Set.of(), enhancers.replaced());
  }
}
