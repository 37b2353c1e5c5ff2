package io.mainstay.actors.recovery.action.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.pattern.StatusReply;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.recovery.action.device.FailedDevices;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FallbackChainTest {
  private static final String ERROR = "inference_engine_failure";

  private final FailedDevices failed = new FailedDevices();
  private final RecoveryStage stage =
      new RecoveryStage(
          (actions, floor) -> {
            FallbackDevices.add(actions, floor, failed);
            FallbackModels.add(actions, floor, failed);
          });
  private final List<String> loads = new CopyOnWriteArrayList<>();

  @AfterEach
  void end() {
    stage.close();
  }

  private void models() {
    stage.model =
        asked -> {
          if (asked instanceof ModelCommand.ListModels list) {
            list.replyTo()
                .tell(
                    new ModelCommand.ModelList(
                        List.of(
                            new ModelView(
                                "large",
                                "1",
                                "image",
                                "loaded",
                                List.of("cuda-0"),
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
                                List.of()))));
          } else if (asked instanceof ModelCommand.EnsureLoaded load) {
            loads.add(load.modelId() + " onto " + load.deviceId());
            load.replyTo().tell(StatusReply.error(Refusal.of("no", "no room", "-")));
          } else if (asked instanceof ModelCommand.FindAlternatives find) {
            find.replyTo()
                .tell(
                    StatusReply.success(
                        new Alternatives(
                            find.modelId(),
                            List.of(
                                new Alternatives.Candidate(
                                    1, "simpler", "small", "", "it is small")),
                            List.of())));
          }
        };
  }

  @Test
  void withoutAnotherDevice_thereIsNoPath() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "failed", 0));
    models();
    Failed failed =
        assertInstanceOf(
            Failed.class, stage.perform("cpu_fallback_inference", ERROR, "device/cpu-0", Map.of()));
    assertEquals("no_cpu_device", failed.code());
    assertEquals(
        "no_device",
        assertInstanceOf(
                Failed.class,
                stage.perform("simplified_model_inference", ERROR, "device/cpu-0", Map.of()))
            .code());
  }

  @Test
  void cpuThatServes_getsTheModelsOfTheLostDevice() throws Exception {
    stage.devices(
        RecoveryStage.view("cuda-0", "failed", 0), RecoveryStage.view("cpu-0", "serving", 1));
    models();
    // The load is refused: then this path is none, and the step says why.
    Failed none =
        assertInstanceOf(
            Failed.class,
            stage.perform("cpu_fallback_inference", ERROR, "device/cuda-0", Map.of()));
    assertTrue(none.message().contains("cpu-0: no room"), none.message());
    assertEquals(List.of("large onto cpu-0"), loads);
  }

  private RecoveryStepOutcome onCpu(String subject) throws Exception {
    return stage.perform("cpu_fallback_inference", ERROR, subject, Map.of());
  }

  /** Where nothing was moved the engine has no other path by that. */
  @Test
  void nothingMoved_isNoPath() throws Exception {
    models();
    stage.devices(
        RecoveryStage.view("cpu-0", "failed", 0), RecoveryStage.view("cpu-1", "serving", 1));
    assertEquals("nothing_to_move", assertInstanceOf(Failed.class, onCpu("device/cpu-0")).code());
    stage.devices(
        RecoveryStage.view("cpu-0", "serving", 0), RecoveryStage.view("cpu-1", "serving", 1));
    assertEquals(
        "no_device_lost", assertInstanceOf(Failed.class, onCpu("/user/node/inference")).code());
    assertEquals(List.of(), loads);
  }

  /** The cascade took them off; they are known all the same. */
  @Test
  void cpuThatSaysItHasTheModelsOfTheFailedDevice_isEnough() throws Exception {
    failed.had("cpu-0", "dropped");
    stage.devices(
        RecoveryStage.view("cpu-0", "failed", 0), RecoveryStage.view("cpu-1", "serving", 1));
    stage.model =
        asked -> {
          if (asked instanceof ModelCommand.ListModels list) {
            list.replyTo().tell(new ModelCommand.ModelList(List.of()));
          } else if (asked instanceof ModelCommand.EnsureLoaded load) {
            loads.add(load.modelId() + " onto " + load.deviceId());
            stage.nowDevices(
                RecoveryStage.view("cpu-0", "failed", 0),
                RecoveryStage.view("cpu-1", "serving", 1, load.modelId()));
            load.replyTo().tell(StatusReply.success(descriptor(load.modelId())));
          }
        };
    RecoveryStepOutcome.Done done =
        assertInstanceOf(RecoveryStepOutcome.Done.class, onCpu("device/cpu-0"));
    assertTrue(done.enough());
    assertEquals("cpu-1 serves on the CPU, epoch 1, and has [dropped]", done.evidence());
    assertEquals(List.of("dropped onto cpu-1"), loads);
  }

  @Test
  void substituteThatCannotBeLoaded_isNone() throws Exception {
    stage.devices(
        RecoveryStage.view("cuda-0", "failed", 0), RecoveryStage.view("cpu-0", "serving", 1));
    models();
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.perform("simplified_model_inference", ERROR, "device/cuda-0", Map.of()));
    assertEquals("no_stand_in", failed.code());
    assertEquals(List.of("small onto cpu-0"), loads);
  }

  @Test
  void otherGpu_goesBeforeAnyCpu_andWithoutOneThereIsNoSuchPath() throws Exception {
    stage.devices(
        RecoveryStage.view("cpu-0", "failed", 0), RecoveryStage.view("cpu-1", "serving", 1));
    models();
    assertEquals(
        "no_gpu_device",
        assertInstanceOf(
                Failed.class,
                stage.perform("alternative_gpu_device", ERROR, "device/cpu-0", Map.of()))
            .code());
  }

  /** {@code half} has the weights of {@code large} in that precision. */
  private RecoveryStepOutcome reduced(String precision) throws Exception {
    stage.devices(
        RecoveryStage.view("cuda-0", "failed", 0), RecoveryStage.view("cpu-0", "serving", 1));
    models();
    Consumer<ModelCommand> before = stage.model;
    stage.model =
        asked -> {
          if (asked instanceof ModelCommand.Resolve resolve) {
            resolve
                .replyTo()
                .tell(
                    StatusReply.success(
                        descriptor(
                            resolve.modelId(),
                            resolve.modelId().equals("large") ? "fp32" : precision)));
          } else if (asked instanceof ModelCommand.EnsureLoaded load) {
            loads.add(load.modelId() + " onto " + load.deviceId());
            load.replyTo().tell(StatusReply.success(descriptor(load.modelId())));
          } else {
            before.accept(asked);
          }
        };
    return stage.perform("reduced_precision_inference", ERROR, "device/cuda-0", Map.of());
  }

  @Test
  void sameWeightsInALowerPrecision_areAPath() throws Exception {
    RecoveryStepOutcome.Done done =
        assertInstanceOf(RecoveryStepOutcome.Done.class, reduced("fp16"));
    assertTrue(done.enough());
    assertEquals(List.of("small onto cpu-0"), loads);
  }

  @Test
  void anotherModel_isNoLowerPrecision() throws Exception {
    assertEquals("no_stand_in", assertInstanceOf(Failed.class, reduced("fp32")).code());
    assertEquals(List.of(), loads);
  }

  /** GPUs that serve; of each device so much is free of 1,000 bytes. */
  private void gpus(Map<String, Long> freeBytes) {
    stage.devices(
        Stream.concat(
                Stream.of(gpu("cuda-0", "failed")),
                freeBytes.keySet().stream().sorted().map(id -> gpu(id, "serving")))
            .toArray(DeviceView[]::new));
    stage.memory =
        asked -> {
          if (asked instanceof MemoryCommand.ListLedgers list) {
            list.replyTo()
                .tell(
                    new MemoryCommand.LedgerList(
                        freeBytes.entrySet().stream()
                            .map(
                                one ->
                                    new MemoryCommand.LedgerView(
                                        one.getKey(),
                                        1_000,
                                        1_000,
                                        1_000 - one.getValue(),
                                        List.of()))
                            .toList()));
          }
        };
  }

  private static DeviceView gpu(String id, String state, String... models) {
    return new DeviceView(
        id,
        "cuda",
        "gpu",
        state,
        1,
        1,
        1_001,
        "none",
        0,
        0,
        1_000,
        100,
        List.of(models),
        0,
        3_600_000,
        "");
  }

  /**
   * A model domain where {@code cuda-0} had {@code a} and {@code b}, and that loads what is not
   * refused.
   *
   * @param refused each as {@code model onto device}
   */
  private void loading(Set<String> refused) {
    failed.had("cuda-0", "a");
    failed.had("cuda-0", "b");
    Map<String, Set<String>> had = new ConcurrentHashMap<>();
    stage.model =
        asked -> {
          if (asked instanceof ModelCommand.ListModels list) {
            list.replyTo().tell(new ModelCommand.ModelList(List.of()));
          } else if (asked instanceof ModelCommand.EnsureLoaded load) {
            String what = load.modelId() + " onto " + load.deviceId();
            loads.add(what);
            if (refused.contains(what)) {
              load.replyTo().tell(StatusReply.error(Refusal.of("no", "no room there", "-")));
              return;
            }
            had.computeIfAbsent(load.deviceId(), id -> ConcurrentHashMap.newKeySet())
                .add(load.modelId());
            stage.nowDevices(
                Stream.of("cuda-1", "cuda-2")
                    .map(
                        id ->
                            gpu(
                                id,
                                "serving",
                                had.getOrDefault(id, Set.of()).toArray(String[]::new)))
                    .toArray(DeviceView[]::new));
            load.replyTo().tell(StatusReply.success(descriptor(load.modelId())));
          } else if (asked instanceof ModelCommand.Unload unload) {
            loads.add(unload.modelId() + " off " + unload.deviceId());
            unload.replyTo().tell(StatusReply.success(new Unloaded(unload.modelId(), List.of())));
          } else if (asked instanceof ModelCommand.FindAlternatives find) {
            find.replyTo()
                .tell(
                    StatusReply.success(
                        new Alternatives(
                            find.modelId(),
                            List.of(new Alternatives.Candidate(1, "simpler", "small", "", "small")),
                            List.of())));
          }
        };
  }

  private RecoveryStepOutcome onGpu() throws Exception {
    return stage.perform("alternative_gpu_device", ERROR, "device/cuda-0", Map.of());
  }

  @Test
  void deviceWithTheMostFreeMemory_isTriedFirst() throws Exception {
    gpus(Map.of("cuda-1", 100L, "cuda-2", 900L));
    loading(Set.of());
    RecoveryStepOutcome.Done done = assertInstanceOf(RecoveryStepOutcome.Done.class, onGpu());
    assertTrue(done.enough());
    assertEquals(List.of("a onto cuda-2", "b onto cuda-2"), loads);
  }

  @Test
  void deviceThatTakesNotAll_givesBackWhatItTook_andTheNextOneIsTried() throws Exception {
    gpus(Map.of("cuda-1", 100L, "cuda-2", 900L));
    loading(Set.of("b onto cuda-2"));
    RecoveryStepOutcome.Done done = assertInstanceOf(RecoveryStepOutcome.Done.class, onGpu());
    assertTrue(done.evidence().startsWith("cuda-1 serves on the GPU"), done.evidence());
    assertEquals(
        List.of("a onto cuda-2", "b onto cuda-2", "a off cuda-2", "a onto cuda-1", "b onto cuda-1"),
        loads);
  }

  @Test
  void devicesThatAllRefuse_areNoPath_andEachSaysWhy() throws Exception {
    gpus(Map.of("cuda-1", 100L, "cuda-2", 900L));
    loading(Set.of("a onto cuda-1", "a onto cuda-2"));
    Failed none = assertInstanceOf(Failed.class, onGpu());
    assertEquals("no_device_takes_models", none.code());
    assertTrue(none.message().contains("cuda-1: no room there"), none.message());
    assertTrue(none.message().contains("cuda-2: no room there"), none.message());
  }

  @Test
  void substituteThatOneDeviceRefuses_isLoadedOnTheNext() throws Exception {
    gpus(Map.of("cuda-1", 100L, "cuda-2", 900L));
    loading(Set.of("small onto cuda-2"));
    assertInstanceOf(
        RecoveryStepOutcome.Done.class,
        stage.perform("simplified_model_inference", ERROR, "device/cuda-0", Map.of()));
    assertEquals(List.of("small onto cuda-2", "small onto cuda-1"), loads);
  }

  private static ModelDescriptor descriptor(String id) {
    return descriptor(id, "");
  }

  private static ModelDescriptor descriptor(String id, String precision) {
    ModelTraits traits = new ModelTraits(List.of(), precision, List.of());
    return new ModelDescriptor(
        id, "1", "image", List.of(), null, 1, false, null, "MIT", "test", traits);
  }
}
