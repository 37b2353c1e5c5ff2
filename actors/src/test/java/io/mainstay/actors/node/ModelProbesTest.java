package io.mainstay.actors.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.restoration.RestorationSettings;
import io.mainstay.actors.degradation.restoration.RestorationTest;
import io.mainstay.actors.degradation.restoration.RestorationTests.Conditions;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSignature;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.restoration.TestOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The tests of models on a way back, among domains that answer what a test has them answer. */
class ModelProbesTest {
  private static final ActorTestKit KIT = ActorTestKit.create("probes");
  private static final ModeKey ISOLATION = ModeKey.of(DegradationMode.MODEL_DOMAIN_ISOLATION, "m");
  private static final ModeKey MINIMAL = ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE);

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile String problem = "";
  private volatile boolean known = true;
  private volatile boolean inUse;
  private volatile List<DeviceView> devices =
      List.of(RecoveryStage.view("cpu-0", "serving", 1, "m", "all-minilm-l6-v2-q"));

  @AfterAll
  static void close() {
    KIT.shutdownTestKit();
  }

  private void answer(ModelCommand told) {
    if (told instanceof ModelCommand.GetFacts get) {
      get.replyTo().tell(ModelFacts.NONE);
    } else if (told instanceof ModelCommand.Verify verify) {
      asked.add("verify " + verify.modelId());
      verify
          .replyTo()
          .tell(
              StatusReply.success(
                  new ModelCommand.Verified(
                      List.of(
                          new ModelVerification(verify.modelId(), "1", "test", 3, 42, problem)))));
    } else if (told instanceof ModelCommand.Resolve resolve) {
      resolve
          .replyTo()
          .tell(
              known
                  ? StatusReply.success(named(resolve.modelId()))
                  : StatusReply.error(Refusal.of("model_unknown", "there is none", "add it")));
    } else if (told instanceof ModelCommand.EnsureLoaded load) {
      asked.add("load " + load.modelId() + " " + load.deviceId());
      load.replyTo().tell(StatusReply.success(named(load.modelId())));
    } else if (told instanceof ModelCommand.Unload unload) {
      asked.add("unload " + unload.modelId() + " " + unload.deviceId());
      unload
          .replyTo()
          .tell(
              inUse
                  ? StatusReply.error(Refusal.of("model_in_use", "session 1 uses it", "wait"))
                  : StatusReply.success(new Unloaded(unload.modelId(), List.of())));
    }
  }

  private static ModelDescriptor named(String id) {
    return new ModelDescriptor(
        id,
        "1",
        "embedding",
        List.of(),
        null,
        1,
        false,
        new ModelSignature.Untyped(),
        "MIT",
        "test",
        ModelTraits.none());
  }

  private NodeProbes probes() {
    ActorRef<ModelCommand> model =
        KIT.spawn(
            Behaviors.receiveMessage(
                told -> {
                  answer(told);
                  return Behaviors.same();
                }));
    ActorRef<DeviceCommand> device =
        KIT.spawn(
            Behaviors.receiveMessage(
                told -> {
                  if (told instanceof DeviceCommand.ListDevices list) {
                    list.replyTo().tell(new DeviceCommand.DeviceList(devices));
                  }
                  return Behaviors.same();
                }));
    Domains domains =
        new Domains(null, device, model, null, null, null, null, null, null, null, null, null);
    return new NodeProbes(
        new ProbeFloor(
            KIT.system(),
            null,
            () -> domains,
            RestorationSettings.of(ConfigFactory.load()).probe(),
            Runnable::run));
  }

  private static Conditions leaving(ModeKey mode) {
    return new Conditions("r", List.of(mode), Optional.empty(), Duration.ofSeconds(20), false);
  }

  private static <T> T done(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private TestOutcome run(String test, ModeKey mode) throws Exception {
    return done(probes().run(RestorationTest.valueOf(test), leaving(mode)));
  }

  @Test
  void modelOfTheMode_isReadWhole_andKeepsTheModeWhereItIsBroken() throws Exception {
    TestOutcome sound = run("MODEL_ACCESSIBILITY_CONFIRMATION", ISOLATION);
    assertTrue(sound.passed(), sound.evidence());
    assertTrue(sound.evidence().contains("3 files of m, 42 bytes"), sound.evidence());
    problem = "unet.onnx: its checksum is not that of the manifest";
    TestOutcome broken = run("MODEL_ACCESSIBILITY_CONFIRMATION", ISOLATION);
    assertTrue(broken.failed());
    assertTrue(broken.evidence().contains("m is broken: unet.onnx"), broken.evidence());
    assertEquals(List.of("verify m", "verify m"), asked);
    assertTrue(run("MODEL_ACCESSIBILITY_CONFIRMATION", MINIMAL).passed());
    assertEquals(2, asked.size(), "no model is the subject of the other mode");
    Conditions once = leaving(ISOLATION);
    assertTrue(
        done(probes()
                .run(
                    RestorationTest.MODEL_ACCESSIBILITY_CONFIRMATION,
                    new Conditions("r", once.modes(), once.normal(), once.within(), true)))
            .passed());
    assertEquals(2, asked.size(), "the many looks afterwards do not read it whole");
  }

  @Test
  void modelThatIsLoadedAlready_isUnloadedFirst() throws Exception {
    assertTrue(run("MODEL_LOADING_RESTORATION", MINIMAL).passed());
    String id = "all-minilm-l6-v2-q";
    assertEquals(List.of("unload " + id + " cpu-0", "load " + id + " cpu-0"), asked);
  }

  @Test
  void modelOfTheMode_isTheOneThatIsLoaded_andGoesAgainFromWhereItWasNot() throws Exception {
    devices =
        List.of(
            RecoveryStage.view("cpu-0", "serving", 1, "m"),
            RecoveryStage.view("cpu-1", "serving", 2));
    assertTrue(run("MODEL_LOADING_RESTORATION", ISOLATION).passed());
    assertEquals(List.of("load m cpu-1", "unload m cpu-1"), asked);
  }

  @Test
  void withoutAModel_orWhileSomebodyUsesIt_nothingWasTried_andNothingPasses() throws Exception {
    known = false;
    for (String test :
        List.of(
            "MODEL_LOADING_RESTORATION",
            "INFERENCE_ENGINE_RESTORATION",
            "END_TO_END_WORKFLOW_TEST",
            "OPERATION_RESPONSE_TIME_TEST",
            "THROUGHPUT_CAPACITY_TEST",
            "STABILITY_UNDER_LOAD_TEST")) {
      TestOutcome outcome = run(test, MINIMAL);
      assertTrue(outcome.skipped() && !outcome.passed(), test);
      assertFalse(outcome.failed(), test);
      assertTrue(outcome.evidence().startsWith("skipped: the node has no model"), test);
    }
    known = true;
    inUse = true;
    TestOutcome kept = run("MODEL_LOADING_RESTORATION", MINIMAL);
    assertTrue(kept.skipped(), kept.evidence());
    assertTrue(kept.evidence().contains("session 1 uses it"), kept.evidence());
  }
}
