package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.ErrorNames;
import java.util.List;

/** Conditions of model files and loads. */
final class ModelConditions {
  private static final String LOADS = "loads of one model";

  /** A worker refuses a load. */
  static final Condition LOAD_REFUSED =
      Condition.named("load-refused", ErrorNames.MODEL_LOADING_FAILURE)
          .needs(Need.FAULT_INJECTION)
          .also(ErrorNames.MODEL_CACHE_CORRUPTION)
          .aloneWith(LOADS)
          .inItsWorker()
          .endedBy(WorkerCausers::unload)
          .by(WorkerCausers.withLoad("refuse-load"));

  /** A worker takes all the memory that it may have while it loads a model. */
  static final Condition LOAD_OUT_OF_MEMORY =
      Condition.named("load-out-of-memory", ErrorNames.DEVICE_MEMORY_ALLOCATION_FAILURE)
          .needs(Need.FAULT_INJECTION)
          .aloneWith(LOADS)
          .inItsWorker()
          .endedBy(WorkerCausers::unload)
          .by(WorkerCausers.withLoad("oom"));

  /** A worker does not advance with a load. */
  static final Condition LOAD_HANGS =
      Condition.named("load-hangs", ErrorNames.MODEL_LOADING_DEADLOCK)
          .needs(Need.FAULT_INJECTION, Need.OWN_NODE)
          .aloneWith(LOADS)
          .inItsWorker()
          .endedBy(WorkerCausers::unload)
          .by(WorkerCausers.withLoad("hang-compute"));

  /** A load gets its device and not its memory. */
  static final Condition LOAD_WITHOUT_ROOM =
      Condition.named("load-without-room", ErrorNames.PARTIAL_RESOURCE_ALLOCATION_FAILURE)
          .needs(Need.OWN_NODE)
          .mustEnd()
          .notInStorms()
          .endedBy(MemoryCausers::freeAndUnload)
          .by(MemoryCausers::loadWithoutRoom);

  /** More loads are asked of a device than may wait for it. */
  static final Condition LOADS_COMPETE =
      Condition.named("loads-compete", ErrorNames.MODEL_LOADING_RESOURCE_CONFLICT)
          .needs(Need.OWN_NODE)
          .on(Setup.TIGHT)
          .endedBy(FileCausers::disperse)
          .by(FileCausers::crowd);

  /** A model's file is damaged. */
  static final Condition MODEL_DAMAGED =
      Condition.named("model-damaged", ErrorNames.MODEL_CACHE_CORRUPTION)
          .needs(Need.OWN_NODE)
          .endedBy(FileCausers.removed("chaos-damaged"))
          .by(FileCausers::damagedModel);

  /** A component of a model is gone. */
  static final Condition COMPONENT_GONE =
      Condition.named("component-gone", ErrorNames.MODEL_COMPONENT_MISSING)
          .needs(Need.OWN_NODE)
          .endedBy(FileCausers.removed("chaos-missing"))
          .by(FileCausers::missingComponent);

  /** A model's manifest is damaged. */
  static final Condition MANIFEST_DAMAGED =
      Condition.named("manifest-damaged", ErrorNames.MODEL_DEPENDENCY_FAILURE)
          .needs(Need.OWN_NODE)
          .endedBy(FileCausers.removed("chaos-manifest"))
          .by(FileCausers::damagedManifest);

  /** Components of a model do not fit each other. */
  static final Condition COMPONENTS_SWAPPED =
      Condition.named("components-swapped", ErrorNames.INFERENCE_MODEL_INCOMPATIBILITY)
          .needs(Need.OWN_NODE)
          .endedBy(FileCausers.removed("chaos-swapped"))
          .by(FileCausers::swappedComponents);

  /** A model's manifest promises another version than its file. */
  static final Condition MODEL_OF_ANOTHER_VERSION =
      Condition.named("model-of-another-version", ErrorNames.MODEL_VERSION_MISMATCH)
          .needs(Need.OWN_NODE)
          .endedBy(FileCausers.removed("chaos-version"))
          .by(FileCausers::otherVersion);

  /** A model needs more memory than any device has. */
  static final Condition MODEL_TOO_LARGE =
      Condition.named("model-too-large", ErrorNames.DEVICE_CAPABILITY_MISMATCH)
          .needs(Need.OWN_NODE)
          .endedBy(FileCausers.removed("chaos-large"))
          .by(FileCausers::tooLarge);

  /** All of them. */
  static final List<Condition> ALL =
      List.of(
          LOAD_REFUSED,
          LOAD_OUT_OF_MEMORY,
          LOAD_HANGS,
          LOAD_WITHOUT_ROOM,
          LOADS_COMPETE,
          MODEL_DAMAGED,
          COMPONENT_GONE,
          MANIFEST_DAMAGED,
          COMPONENTS_SWAPPED,
          MODEL_OF_ANOTHER_VERSION,
          MODEL_TOO_LARGE);

  private ModelConditions() {}
}
