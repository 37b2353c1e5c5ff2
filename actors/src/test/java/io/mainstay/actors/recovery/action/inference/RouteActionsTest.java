package io.mainstay.actors.recovery.action.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.WorkFacts.SeatFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouteActionsTest {
  private static final String ERROR = "missed_heartbeat";

  private final RecoveryStage stage = new RecoveryStage(RouteActions::add);
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void end() {
    stage.close();
  }

  private void seats(SeatFacts... seats) {
    stage.inference =
        told -> {
          if (told instanceof InferenceCommand.GetFacts get) {
            get.replyTo().tell(new InferenceCommand.Facts(List.of(seats), List.of()));
          }
        };
  }

  @Test
  void seatOfAFormerWorker_isToldAnew_untilInferenceKnows() throws Exception {
    stage.nowDevices(RecoveryStage.view("cpu-0", "serving", 2, "m"));
    seats(new SeatFacts("cpu-0", "up", 1, Set.of("m")));
    stage.device =
        told -> {
          if (told instanceof DeviceCommand.Republish republish) {
            assertEquals("cpu-0", republish.deviceId());
            asked.incrementAndGet();
            seats(new SeatFacts("cpu-0", "up", 2, Set.of("m", "n")));
          } else {
            stage.listDevices(told);
          }
        };
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform("reconcile_inference_routes", ERROR, "device/cpu-0", Map.of()));
    assertTrue(done.evidence().contains("epoch 2"), done.evidence());
    assertTrue(asked.get() > 0, "it was told anew");
  }

  @Test
  void routesWithoutAnyWorker_areNone() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "restarting", 0));
    seats();
    assertInstanceOf(
        Failed.class,
        stage.performShortly("reconcile_inference_routes", ERROR, "device/cpu-0", Map.of()));
  }

  @Test
  void memoryThatDiffers_isComparedUntilBothSidesAgree() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 2));
    stage.model =
        told -> {
          if (told instanceof ModelCommand.Reconcile reconcile) {
            boolean differs = asked.incrementAndGet() < 3;
            reconcile
                .replyTo()
                .tell(
                    StatusReply.success(
                        new Reconciled(
                            "cpu-0",
                            4,
                            List.of(),
                            differs ? List.of("m has more than it should") : List.of())));
          }
        };
    Done done =
        assertInstanceOf(
            Done.class, stage.perform("reconcile_device_memory", ERROR, "device/cpu-0", Map.of()));
    assertEquals(3, asked.get());
    assertEquals(
        "cpu-0: 4 models and reservations compared, 0 differed and were put right",
        done.evidence());
  }
}
