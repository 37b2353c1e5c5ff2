package io.mainstay.actors.recovery.action.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.NotificationKind;
import io.mainstay.actors.notification.NotificationLine;
import io.mainstay.actors.recovery.action.memory.Figures;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiscoveryActionsTest {
  private static final String ERROR = "device_discovery_failure";

  private final RecoveryStage stage = new RecoveryStage(DiscoveryActions::add);
  private final List<NotificationLine> shown = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    stage.close();
  }

  private void notifications(boolean tells) {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 1));
    stage.notifications =
        told -> {
          if (told instanceof NotificationCommand.Notify notify && tells) {
            shown.add(line(notify.kind(), Instant.now()));
          } else if (told instanceof NotificationCommand.GetLines get) {
            get.replyTo().tell(new NotificationCommand.Lines(new ArrayList<>(shown), 1, 0));
          }
        };
  }

  private static NotificationLine line(NotificationKind kind, Instant at) {
    return new NotificationLine(
        1,
        at,
        NotificationLine.What.ISSUED,
        "",
        kind.text(),
        "medium",
        "devices",
        "Devices",
        "",
        "",
        "",
        false,
        -1,
        "");
  }

  @Test
  void people_areTold_onceItIsAmongWhatTheyAreShown() throws Exception {
    notifications(true);
    Done done =
        assertInstanceOf(
            Done.class, stage.perform("notify_reduced_functionality", ERROR, "device", Map.of()));
    assertTrue(done.evidence().startsWith("people are shown since "), done.evidence());
  }

  @Test
  void whatNobodyIsShown_isNotSaidToBeTold() throws Exception {
    notifications(false);
    shown.add(line(NotificationKind.ALERT_RAISED, Instant.now()));
    shown.add(line(NotificationKind.DEVICE_DISCOVERY_RECOVERED, Instant.EPOCH));
    assertInstanceOf(
        Failed.class,
        stage.performShortly("notify_reduced_functionality", ERROR, "device", Map.of()));
  }

  @Test
  void whereNoDeviceIsACpu_noneIsNeededWhileAllServe() throws Exception {
    stage.devices(Figures.device("gpu-0", "cuda", "serving", 1_000));
    Done done =
        assertInstanceOf(
            Done.class, stage.perform("fallback_to_cpu_only_mode", ERROR, "device", Map.of()));
    assertTrue(done.evidence().contains("none of them is a CPU"), done.evidence());
    stage.devices(
        Figures.device("gpu-0", "cuda", "serving", 1_000),
        Figures.device("gpu-1", "cuda", "backing-off", 1_000));
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.performShortly("fallback_to_cpu_only_mode", ERROR, "device", Map.of()));
    assertEquals("no_cpu_device", failed.code());
  }
}
