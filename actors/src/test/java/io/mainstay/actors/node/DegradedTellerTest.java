package io.mainstay.actors.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.escalation.FrequencyWatch;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DegradedTellerTest {
  private static ModeView.Active saving(String... sources) {
    return new ModeView.Active(
        ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE),
        EventMeta.root("entered", Instant.EPOCH),
        Stream.of(sources)
            .map(
                source ->
                    new ModeView.Ground(ModeTrigger.ERROR_FREQUENCY, source, "why", Instant.EPOCH))
            .toList(),
        null);
  }

  private static boolean weighs(ModeView.Active... active) {
    return DegradedTeller.weighs(new ModeView(List.of(active), List.of(), Restrictions.NONE));
  }

  @Test
  void anyMode_makesFaultsWorse_butThatTheyComeOften() {
    assertEquals(false, weighs());
    assertEquals(false, weighs(saving(FrequencyWatch.SOURCE)));
    assertEquals(true, weighs(saving("memory watch")));
    assertEquals(true, weighs(saving(FrequencyWatch.SOURCE, "memory watch")));
    assertEquals(true, weighs(saving()));
  }
}
