package io.mainstay.actors.recovery.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ActionFailureTest {
  private static final RecoveryPlan.Step STEP =
      new RecoveryPlan.Step(
          1,
          "device",
          "cleanup_device_resources",
          3_000,
          1,
          RecoveryPlan.OnFailure.ROLL_BACK,
          "",
          Map.of());
  private static final RecoveryPlan PLAN =
      new RecoveryPlan(
          RecoveryPlan.Kind.CASCADE,
          "device_failure_memory_cleanup",
          "node",
          "primary_device_failure",
          "device/cpu-0",
          1,
          RecoveryPlan.Flow.ALL,
          3_000,
          List.of(STEP));

  private static Failed of(Throwable failure) {
    return ActionFailure.of(PLAN, STEP, STEP.action(), failure);
  }

  @Test
  void refusal_keepsItsCodeAndItsRemedy_howeverDeepItLies() {
    Refusal refusal = Refusal.of("model_in_use", "Model 'a' is used", "Wait for its session");
    Failed told = new Failed("model_in_use", "Model 'a' is used; Wait for its session");
    assertEquals(told, of(refusal));
    assertEquals(told, of(new CompletionException(new ExecutionException(refusal))));
  }

  @Test
  void timeOut_saysWhoWaited_andNamesNoClassAndNoActor() {
    Failed told =
        of(
            new CompletionException(
                new TimeoutException(
                    "Ask timed out on [Actor[akka://mainstay/user/node/device]] after [3000 ms]")));
    assertEquals("recovery_question_unanswered", told.code());
    assertTrue(
        told.message()
            .startsWith("cleanup_device_resources of 'device/cpu-0' asked and had no answer"),
        told.message());
    assertTrue(told.message().contains("3000 ms") && told.message().contains("mainstay status"));
    assertFalse(told.message().contains("akka") || told.message().contains("Exception"));
  }

  @Test
  void domainsOwnWords_areLeftAsTheyAre() {
    assertEquals(
        new Failed("recovery_action_failed", "Session 1 is unknown"),
        of(new StatusReply.ErrorMessage("Session 1 is unknown")));
  }

  @Test
  void whatNobodyExpects_pointsToTheLog() {
    Failed told = of(new IllegalStateException((String) null));
    assertEquals("recovery_action_failed", told.code());
    assertTrue(told.message().contains("it did not say why; the node's log"), told.message());
    assertTrue(ActionFailure.surprising(new CompletionException(new NullPointerException())));
    assertFalse(ActionFailure.surprising(new CompletionException(new TimeoutException())));
  }
}
