package io.mainstay.actors.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.mainstay.actors.degradation.ModeChanged;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.notification.NotificationCommand.Notify;
import io.mainstay.actors.notification.NotificationKind;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ModeTellerTest {
  private static final EventMeta CAUSE =
      EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", Instant.ofEpochSecond(60));

  private static Notify told(ModeKey key, boolean entered) {
    ModeChanged changed = new ModeChanged(key, entered, "maintenance", ModeView.NORMAL, CAUSE);
    return assertInstanceOf(Notify.class, ModeTeller.notices(changed, Instant.EPOCH).get(0));
  }

  @Test
  void mode_thatIsEntered_isToldWithItsReason_minimalModeInItsOwnWords() {
    Notify minimal = told(ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE), true);
    assertEquals(NotificationKind.MINIMAL_MODE_ACTIVATED, minimal.kind());
    assertEquals(Severity.HIGH, minimal.severity());

    Notify isolated = told(ModeKey.of(DegradationMode.DEVICE_ISOLATION, "cpu-1"), true);
    assertEquals(NotificationKind.DEGRADATION_ACTIVATED, isolated.kind());
    assertEquals("device_isolation (cpu-1)", isolated.subject());

    Notify saving = told(ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE), true);
    assertEquals(Severity.MEDIUM, saving.severity());
  }

  @Test
  void mode_thatIsLeft_isToldWithHowLongItHeld() {
    Notify left = told(ModeKey.of(DegradationMode.SAFETY_FIRST_MODE), false);
    assertEquals(NotificationKind.DEGRADATION_ENDED, left.kind());
    assertEquals(CAUSE, left.cause());
  }
}
