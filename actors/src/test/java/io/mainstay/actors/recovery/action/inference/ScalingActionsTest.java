package io.mainstay.actors.recovery.action.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScalingActionsTest {
  private static final String ERROR = "inference_resource_exhaustion";
  private static final ModeKey SMALLER =
      ModeKey.of(
          DegradationMode.PERFORMANCE_CONSERVATION_MODE,
          DegradationSubState.MEMORY_CONSERVATION_MODE,
          "");

  private final RecoveryStage stage = new RecoveryStage(ScalingActions::add);
  private final AtomicLong reserved = new AtomicLong(990);
  private final AtomicInteger refusals = new AtomicInteger();
  private final Set<String> sources = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<ModeCommand> modes = new LinkedBlockingQueue<>();

  @AfterEach
  void end() {
    stage.close();
  }

  private void ledger() {
    stage.memory =
        told -> {
          if (told instanceof MemoryCommand.ListLedgers list) {
            list.replyTo()
                .tell(
                    new MemoryCommand.LedgerList(
                        List.of(
                            new MemoryCommand.LedgerView(
                                "cpu-0", 1_000, 1_000, reserved.get(), List.of()))));
          }
        };
  }

  private static ModelView model(String id, int references) {
    return new ModelView(
        id,
        "1",
        "text",
        "loaded",
        List.of("cpu-0"),
        1,
        1,
        false,
        "",
        "",
        "",
        "",
        List.of(),
        references,
        0,
        List.of());
  }

  private void models(ModelView... all) {
    stage.model =
        told -> {
          if (told instanceof ModelCommand.ListModels list) {
            list.replyTo().tell(new ModelCommand.ModelList(List.of(all)));
          } else if (told instanceof ModelCommand.Unload unload) {
            assertEquals("idle", unload.modelId());
            reserved.set(400);
            unload
                .replyTo()
                .tell(
                    StatusReply.success(
                        new Unloaded("idle", List.of(new Unloaded.Freed("cpu-0", 590)))));
          }
        };
  }

  private static Map<String, String> atMost(int percent) {
    return Map.of("taken-percent-max", Integer.toString(percent));
  }

  @Test
  void deviceWithRoom_isEnough_andNothingIsUnloaded() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 2));
    reserved.set(100);
    ledger();
    models(model("idle", 0));
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform("reallocate_inference_resources", ERROR, "device/cpu-0", atMost(95)));
    assertTrue(done.enough());
    assertTrue(done.evidence().startsWith("unloaded []"), done.evidence());
  }

  @Test
  void deviceWithoutRoom_losesWhatNobodyUses_andThatIsEnough() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 2));
    ledger();
    models(model("used", 1), model("idle", 0));
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform("reallocate_inference_resources", ERROR, "device/cpu-0", atMost(95)));
    assertTrue(done.enough());
    assertTrue(done.evidence().contains("idle from cpu-0"), done.evidence());
    assertTrue(done.evidence().contains("400 of 1000 bytes reserved"), done.evidence());
  }

  /** Whatever place the conflict has. */
  @Test
  void idleModels_areInTheWay_whereADeviceHasNoRoom() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 2));
    ledger();
    models(model("used", 1), model("idle", 0));
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform(
                "unload_models_in_the_way",
                "resource_allocation_conflict",
                "gateway/reserve",
                atMost(95)));
    assertTrue(done.evidence().contains("idle from cpu-0"), done.evidence());
  }

  @Test
  void deviceWhoseModelsAreAllUsed_staysWithoutRoom() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 2));
    ledger();
    models(model("used", 1));
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.performShortly(
                "reallocate_inference_resources", ERROR, "device/cpu-0", atMost(95)));
    assertTrue(failed.message().contains("990 of 1000 bytes reserved"), failed.message());
  }

  private static Map<String, String> smaller(int holdMillis, int settleMillis) {
    return Map.of(
        "hold-ms",
        Integer.toString(holdMillis),
        "settle-ms",
        Integer.toString(settleMillis),
        "taken-percent-max",
        "95");
  }

  private Done shrink(String subject, int holdMillis, int settleMillis) throws Exception {
    return assertInstanceOf(
        Done.class,
        stage.perform(
            "shrink_inference_batches", ERROR, subject, smaller(holdMillis, settleMillis)));
  }

  @Test
  void smallerBatchesThatMakeNoRoom_areNotEnough() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 2));
    ledger();
    book();
    Done done = shrink("device/cpu-0", 60_000, 30);
    assertFalse(done.enough(), done.evidence());
    assertTrue(done.evidence().contains("no room yet: cpu-0 serving: 990 of 1000 bytes reserved"));
  }

  /** Of two that want smaller batches one takes back its own. */
  @Test
  void groundOfAnotherSubject_staysWhenOneIsTakenBack() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 2));
    ledger();
    book();
    shrink("device/cpu-0", 60_000, 1);
    shrink("device/cpu-1", 60_000, 1);
    stage.perform("restore_session_batch_sizes", ERROR, "device/cpu-0", Map.of());
    assertEquals(Set.of("dynamic_resource_scaling for device/cpu-1"), sources);
  }

  /** The disk is full when its time is over. */
  @Test
  void groundWhoseEndIsRefused_isTakenBackLater() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 2));
    ledger();
    refusals.set(3);
    book();
    shrink("device/cpu-0", 50, 1);
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(sources::isEmpty);
    assertTrue(refusals.get() <= 0);
  }

  @Test
  void groundOfAFormerLife_isTakenBack_onceTheModesAnswer() {
    sources.add("dynamic_resource_scaling for device/cpu-9");
    sources.add("somebody else");
    book();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> sources.equals(Set.of("somebody else")));
  }

  /** Modes that keep the grounds of the mode in question. */
  private void book() {
    stage.modes =
        told -> {
          if (told instanceof ModeCommand.Enter enter) {
            sources.add(enter.source());
            enter.replyTo().tell(StatusReply.success(held()));
          } else if (told instanceof ModeCommand.Get get) {
            get.replyTo().tell(held());
          } else if (told instanceof ModeCommand.Leave leave) {
            if (refusals.getAndDecrement() > 0) {
              leave.replyTo().tell(StatusReply.error("the disk is full"));
            } else {
              sources.remove(leave.source());
              leave.replyTo().tell(StatusReply.success(held()));
            }
          }
        };
  }

  @Test
  void batchesBecomeSmaller_andTheGroundIsTakenBackAfterItsTime() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 2));
    reserved.set(100);
    ledger();
    stage.modes =
        told -> {
          modes.add(told);
          if (told instanceof ModeCommand.Enter enter) {
            enter.replyTo().tell(StatusReply.success(held()));
          } else if (told instanceof ModeCommand.Leave leave) {
            leave.replyTo().tell(StatusReply.success(ModeView.NORMAL));
          }
        };
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform("shrink_inference_batches", ERROR, "device/cpu-0", smaller(50, 20_000)));
    assertTrue(done.enough());
    assertTrue(done.evidence().contains("there is room: cpu-0 serving"), done.evidence());
    ModeCommand.Enter enter = next(ModeCommand.Enter.class);
    assertEquals(SMALLER, enter.key());
    ModeCommand.Leave leave = next(ModeCommand.Leave.class);
    assertEquals(enter.source(), leave.source());
    assertEquals(SMALLER, leave.key());
  }

  @Test
  void modeThatAPersonKeepsOff_isNoScaling() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 2));
    stage.modes =
        told -> {
          if (told instanceof ModeCommand.Enter enter) {
            enter.replyTo().tell(StatusReply.success(ModeView.NORMAL));
          }
        };
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.perform("shrink_inference_batches", ERROR, "device/cpu-0", smaller(60_000, 1)));
    assertEquals("mode_not_held", failed.code());
  }

  private ModeView held() {
    return new ModeView(
        List.of(
            new ModeView.Active(
                SMALLER,
                EventMeta.root("M1", Instant.EPOCH),
                sources.stream()
                    .map(
                        source ->
                            new ModeView.Ground(
                                ModeTrigger.RESOURCE_CONTENTION_DETECTED,
                                source,
                                "y",
                                Instant.EPOCH))
                    .toList(),
                null)),
        List.of(),
        ModeView.NORMAL.restrictions());
  }

  private <T extends ModeCommand> T next(Class<T> type) throws InterruptedException {
    while (true) {
      ModeCommand told = modes.poll(20, TimeUnit.SECONDS);
      assertTrue(told != null, "no " + type.getSimpleName());
      // The start of the node takes back what a former life may have left.
      if (type.isInstance(told)) {
        return type.cast(told);
      }
    }
  }
}
