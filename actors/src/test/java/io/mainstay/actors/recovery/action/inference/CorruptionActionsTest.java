package io.mainstay.actors.recovery.action.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CorruptionActionsTest {
  private static final String CORRUPT = "inference_memory_corruption";
  private static final String SESSION = "01JD0000000000000000000001";
  private static final String SUBJECT = "session/" + SESSION + "/0-8";

  private final RecoveryStage stage = new RecoveryStage(CorruptionActions::add);
  private final List<Object> told = new CopyOnWriteArrayList<>();
  private final List<InferenceCommand.HeldBack> held = new CopyOnWriteArrayList<>();
  private final Set<String> isolated = ConcurrentHashMap.newKeySet();

  @AfterEach
  void end() {
    stage.close();
  }

  @Test
  void session_getsNoTurn_untilItsTimeIsOver() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 1));
    stage.inference = this::plans;
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform("isolate_corrupted_engine", CORRUPT, SUBJECT, Map.of("hold-ms", "50")));
    assertTrue(done.evidence().contains("gets no turn on [cpu-0]"), done.evidence());
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> told.size() == 2);
    InferenceCommand.HoldBack hold = (InferenceCommand.HoldBack) told.get(0);
    assertEquals(new InferenceCommand.HoldBack(hold.by(), SESSION, "cpu-0"), hold);
    assertEquals(new InferenceCommand.LetGo(hold.by(), SESSION, "cpu-0"), told.get(1));
  }

  @Test
  void sessionThatIsStillPlanned_isNotSaidToBeHeldBack() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 1));
    stage.inference =
        asked -> {
          if (asked instanceof InferenceCommand.GetFacts get) {
            get.replyTo().tell(new InferenceCommand.Facts(List.of(), List.of()));
          }
        };
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.performShortly(
                "isolate_corrupted_engine", CORRUPT, SUBJECT, Map.of("hold-ms", "60000")));
    assertTrue(failed.message().contains("still plans session"), failed.message());
  }

  @Test
  void timeOfAnEarlierIsolation_doesNotEndALaterOne() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 1));
    stage.inference = this::plans;
    isolate(SUBJECT, 2_000);
    isolate(SUBJECT, 600_000);
    // Its time is over after that of the first.
    isolate(SUBJECT + "/other", 2_500);
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> told.size() > 3);
    assertEquals(
        List.of(new InferenceCommand.LetGo("isolation of " + SUBJECT + "/other", SESSION, "cpu-0")),
        told.subList(3, told.size()));
    // The strategy lets go what the cascade before it held, too.
    assertInstanceOf(
        Done.class, stage.perform("release_isolated_session", CORRUPT, SUBJECT, Map.of()));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                told.contains(
                    new InferenceCommand.LetGo("isolation of " + SUBJECT, SESSION, "cpu-0")));
  }

  private void isolate(String subject, long holdMillis) throws Exception {
    assertInstanceOf(
        Done.class,
        stage.perform(
            "isolate_corrupted_engine",
            CORRUPT,
            subject,
            Map.of("hold-ms", String.valueOf(holdMillis))));
  }

  /** Does what it is told, as the inference domain. */
  private void plans(InferenceCommand asked) {
    if (asked instanceof InferenceCommand.GetFacts get) {
      get.replyTo()
          .tell(new InferenceCommand.Facts(List.of(), List.of(), Set.of(), Set.copyOf(held)));
    } else {
      told.add(asked);
      if (asked instanceof InferenceCommand.HoldBack hold) {
        held.add(new InferenceCommand.HeldBack(hold.by(), hold.sessionId(), hold.deviceId()));
      }
    }
  }

  @Test
  void workerThatEndedByItself_isolatesNoSession() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 2));
    stage.inference = told::add;
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform(
                "isolate_corrupted_engine",
                "memory_corruption_detected",
                "device/cpu-0",
                Map.of("hold-ms", "50")));
    assertEquals(
        "no worker that lives is in doubt; cpu-0 serving, worker 1002 (epoch 2)", done.evidence());
    assertEquals(List.of(), told);
  }

  @Test
  void engineInDoubt_getsNoWork_whereAnotherServes_untilThereIsACleanOne() throws Exception {
    stage.nowDevices(
        RecoveryStage.view("cpu-0", "serving", 1), RecoveryStage.view("cpu-1", "serving", 2));
    stage.device = this::replaces;
    stage.modes = this::isolates;
    Done done = isolate("inference/cpu-0");
    assertTrue(done.evidence().startsWith("cpu-0 get no work for 60000 ms"), done.evidence());
    assertEquals(Set.of("cpu-0"), isolated);
    assertInstanceOf(
        Done.class, stage.perform("start_engine_afresh", CORRUPT, "inference/cpu-0", Map.of()));
    assertEquals(Set.of(), isolated);
    assertEquals(List.of("cpu-0 1"), told);
  }

  @Test
  void engineInDoubt_isNotIsolated_whereItIsAlone_orNobodyNamesIt() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 1));
    stage.modes = this::isolates;
    stage.inference = this::plans;
    assertTrue(isolate("inference/cpu-0").evidence().startsWith("cpu-0 go on: no other"));
    assertTrue(isolate(SUBJECT).evidence().startsWith("nobody knows whose values"));
    assertEquals(Set.of(), isolated);
  }

  private Done isolate(String subject) throws Exception {
    return assertInstanceOf(
        Done.class,
        stage.perform("isolate_corrupted_engine", CORRUPT, subject, Map.of("hold-ms", "60000")));
  }

  private void isolates(ModeCommand asked) {
    if (asked instanceof ModeCommand.Enter enter) {
      isolated.add(enter.key().subject());
      enter.replyTo().tell(StatusReply.success(view()));
    } else if (asked instanceof ModeCommand.Leave leave) {
      isolated.remove(leave.key().subject());
      leave.replyTo().tell(StatusReply.success(view()));
    }
  }

  private ModeView view() {
    return new ModeView(
        isolated.stream()
            .map(
                id ->
                    new ModeView.Active(
                        ModeKey.of(DegradationMode.DEVICE_ISOLATION, id),
                        EventMeta.root("M1", Instant.EPOCH),
                        List.of(),
                        null))
            .toList(),
        List.of(),
        Restrictions.NONE);
  }

  @Test
  void enginesInDoubt_areReplacedOneAfterTheOther_andTheSessionGoesOn() throws Exception {
    stage.nowDevices(
        RecoveryStage.view("cpu-0", "serving", 1), RecoveryStage.view("cpu-1", "serving", 2));
    stage.inference = told::add;
    stage.device = this::replaces;
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform("start_engine_afresh", CORRUPT, SUBJECT + "/cpu-0/cpu-1", Map.of()));
    assertTrue(done.evidence().contains("epoch 3"), done.evidence());
    assertTrue(done.evidence().contains("epoch 4"), done.evidence());
    awaitTold(List.of("cpu-0 1", "cpu-1 2", letGo("cpu-0"), letGo("cpu-1")));
  }

  /** Nobody knows whose values they were. */
  @Test
  void noEngineIsNamed_noneIsReplaced_andTheSessionGoesOn() throws Exception {
    stage.nowDevices(
        RecoveryStage.view("cpu-0", "serving", 1), RecoveryStage.view("cpu-1", "serving", 2));
    stage.inference = told::add;
    stage.device = this::replaces;
    assertInstanceOf(Done.class, stage.perform("start_engine_afresh", CORRUPT, SUBJECT, Map.of()));
    awaitTold(List.of(letGo("cpu-0"), letGo("cpu-1")));
  }

  private void replaces(DeviceCommand asked) {
    if (asked instanceof DeviceCommand.ReplaceWorker replace) {
      told.add(replace.deviceId() + " " + replace.epoch());
      boolean first = replace.deviceId().equals("cpu-0");
      stage.nowDevices(
          RecoveryStage.view("cpu-0", "serving", 3),
          RecoveryStage.view("cpu-1", "serving", first ? 2 : 4));
    } else {
      stage.listDevices(asked);
    }
  }

  /** Whatever the recovery's id was. */
  private static String letGo(String device) {
    return "let go " + SESSION + " " + device;
  }

  private void awaitTold(List<Object> all) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                told.stream()
                    .map(
                        one ->
                            one instanceof InferenceCommand.LetGo go
                                ? "let go " + go.sessionId() + " " + go.deviceId()
                                : one)
                    .toList()
                    .equals(all));
  }

  @Test
  void engineThatBeganSince_isNotReplacedAgain() throws Exception {
    // It began in what is the future for a recovery that begins now.
    stage.nowDevices(RecoveryStage.view("cpu-0", "serving", 7, -60_000));
    stage.device = this::replacesNobody;
    assertInstanceOf(
        Done.class, stage.perform("start_engine_afresh", CORRUPT, "inference/cpu-0", Map.of()));
  }

  private void replacesNobody(DeviceCommand asked) {
    if (asked instanceof DeviceCommand.ReplaceWorker) {
      stage.nowDevices();
    }
    stage.listDevices(asked);
  }

  @Test
  void poisonedInput_replacesNobody() throws Exception {
    stage.nowDevices(RecoveryStage.view("cpu-0", "serving", 5));
    stage.device = this::replacesNobody;
    assertInstanceOf(
        Done.class,
        stage.perform("start_engine_afresh", "poison_message", "session/" + SESSION, Map.of()));
  }

  private void models(String problem) {
    stage.model =
        asked -> {
          if (asked instanceof ModelCommand.ListModels list) {
            list.replyTo()
                .tell(
                    new ModelCommand.ModelList(
                        List.of(view("here", "cpu-0"), view("elsewhere", "cpu-9"))));
          } else if (asked instanceof ModelCommand.Verify verify) {
            assertEquals("here", verify.modelId());
            verify
                .replyTo()
                .tell(
                    StatusReply.success(
                        new ModelCommand.Verified(
                            List.of(new ModelVerification("here", "1", "", 2, 30, problem)))));
          }
        };
  }

  private static ModelView view(String id, String device) {
    return new ModelView(
        id,
        "1",
        "text",
        "loaded",
        List.of(device),
        1,
        1,
        false,
        "",
        "",
        "",
        "",
        List.of(),
        0,
        0,
        List.of());
  }

  @Test
  void modelsOfTheEngine_areReadAnew() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 1));
    models("");
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform("verify_engine_models", CORRUPT, "inference/cpu-0", Map.of()));
    assertEquals("here: 2 files, 30 bytes are sound", done.evidence());
    models("its checksum is another");
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.perform("verify_engine_models", CORRUPT, "inference/cpu-0", Map.of()));
    assertEquals("model_files_damaged", failed.code());
  }
}
