package io.mainstay.actors.state.ownership;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Names of the types that carry an {@code @Owned}, many of which only their own package may see. A
 * test compares the list with every class there is.
 */
final class OwnedTypes {
  /** Complete, in order. */
  static final List<String> NAMES =
      List.of(
          "io.mainstay.actors.device.DeviceDefinition",
          "io.mainstay.actors.device.DeviceSettings",
          "io.mainstay.actors.device.Incarnation",
          "io.mainstay.actors.device.LaunchSettings",
          "io.mainstay.actors.device.SeatState",
          "io.mainstay.actors.device.verdict.Liveness",
          "io.mainstay.actors.device.verdict.RestartBudget",
          "io.mainstay.actors.device.verdict.StepTimes",
          "io.mainstay.actors.device.worker.InferenceResult",
          "io.mainstay.actors.device.worker.LoadedModel",
          "io.mainstay.actors.device.worker.PongReport",
          "io.mainstay.actors.device.worker.WorkerIdentity",
          "io.mainstay.actors.device.worker.process.InferenceOpen",
          "io.mainstay.actors.device.worker.process.OpenCalls",
          "io.mainstay.actors.inference.DeviceSeat",
          "io.mainstay.actors.inference.EngineLoad",
          "io.mainstay.actors.inference.LostWorkers",
          "io.mainstay.actors.inference.Residency",
          "io.mainstay.actors.inference.SyncCall",
          "io.mainstay.actors.inference.SyncLobby",
          "io.mainstay.actors.inference.SyncReply",
          "io.mainstay.actors.inference.TextModels",
          "io.mainstay.actors.inference.TurnBook",
          "io.mainstay.actors.memory.DeviceLedger",
          "io.mainstay.actors.memory.HostLedger",
          "io.mainstay.actors.memory.Ledger",
          "io.mainstay.actors.memory.MemorySettings",
          "io.mainstay.actors.memory.MemorySupervisor",
          "io.mainstay.actors.memory.PressureMonitor",
          "io.mainstay.actors.memory.PressureThresholds",
          "io.mainstay.actors.model.GraphBounds",
          "io.mainstay.actors.model.ModelShelf",
          "io.mainstay.actors.model.ModelTraits",
          "io.mainstay.actors.model.SafetySignature",
          "io.mainstay.actors.model.UpscaleSignature",
          "io.mainstay.actors.model.Versions",
          "io.mainstay.actors.model.cache.CachePlan",
          "io.mainstay.actors.model.cache.ResidentFiles",
          "io.mainstay.actors.model.load.LoadQueue",
          "io.mainstay.actors.model.load.Residences",
          "io.mainstay.actors.model.registry.GraphContract",
          "io.mainstay.actors.model.registry.ModelManifest",
          "io.mainstay.actors.model.registry.ModelRegistry",
          "io.mainstay.actors.model.registry.VerifiedFiles",
          "io.mainstay.actors.model.use.IdleModels",
          "io.mainstay.actors.model.use.ModelUse",
          "io.mainstay.actors.postprocessing.image.ConvertStage",
          "io.mainstay.actors.postprocessing.image.PicturePipeline",
          "io.mainstay.actors.postprocessing.image.PicturePlan",
          "io.mainstay.actors.postprocessing.image.safety.SafetyPolicy",
          "io.mainstay.actors.postprocessing.output.OutputPlan",
          "io.mainstay.actors.postprocessing.output.WrittenOutputs",
          "io.mainstay.actors.postprocessing.picture.PictureManifest",
          "io.mainstay.actors.processing.BatchJob",
          "io.mainstay.actors.processing.HeapBudget",
          "io.mainstay.actors.processing.HeapLedger",
          "io.mainstay.actors.processing.JobBoard",
          "io.mainstay.actors.processing.ModelLookup",
          "io.mainstay.actors.processing.ProcessingSupervisor",
          "io.mainstay.actors.processing.RunnerQueue",
          "io.mainstay.actors.processing.SessionBatches",
          "io.mainstay.actors.processing.SessionDirectory",
          "io.mainstay.actors.processing.WorkReleaser",
          "io.mainstay.actors.processing.checkpoint.CheckpointMark",
          "io.mainstay.actors.processing.recipe.Recipes",
          "io.mainstay.actors.processing.template.Templates",
          "io.mainstay.actors.state.cache.StateCaches",
          "io.mainstay.protocol.WorkerFault",
          "io.mainstay.protocol.state.CrossDomainCoordination",
          "io.mainstay.protocol.state.DeviceCapabilityDiscovered",
          "io.mainstay.protocol.state.DeviceHealthUpdate",
          "io.mainstay.protocol.state.InferenceCompleted",
          "io.mainstay.protocol.state.InferenceProgress",
          "io.mainstay.protocol.state.MemoryAllocationRequest",
          "io.mainstay.protocol.state.ModelLoadingProgress",
          "io.mainstay.protocol.state.ModelRuntimeUpdate",
          "io.mainstay.protocol.state.PostprocessingCompleted",
          "io.mainstay.protocol.state.PostprocessingProgress",
          "io.mainstay.protocol.state.SessionProgressUpdate",
          "io.mainstay.protocol.state.VramUsageUpdate");

  private OwnedTypes() {}

  /** The types themselves. */
  static List<Class<?>> load() {
    return NAMES.stream().map(OwnedTypes::load).collect(Collectors.toList());
  }

  private static Class<?> load(String name) {
    try {
      // Not initialized: only the declaration is wanted.
      return Class.forName(name, false, OwnedTypes.class.getClassLoader());
    } catch (ClassNotFoundException missing) {
      throw new IllegalStateException(
          "The ownership catalog names " + name + ", which is no class any more", missing);
    }
  }
}
