package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.ErrorNames;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Every condition that can be brought about for real, with the error that the node must make of it.
 * Nothing here tells the node which error that is.
 */
public enum Condition {
  /** A worker is ended from outside. */
  WORKER_KILLED(
      ErrorNames.WORKER_PROCESS_DIED,
      EnumSet.of(Need.SIGNALS),
      WorkerCausers.signal("KILL"),
      Mender.NOTHING),
  /** A worker crashes with a batch. */
  WORKER_CRASHES(
      ErrorNames.WORKER_PROCESS_DIED,
      EnumSet.of(Need.FAULT_INJECTION),
      WorkerCausers.withBatch("crash"),
      Mender.NOTHING),
  /** A worker stops: it is silent, and alive. */
  WORKER_STOPPED(
      ErrorNames.MISSED_HEARTBEAT,
      EnumSet.of(Need.SIGNALS),
      WorkerCausers.signal("STOP"),
      Mender.NOTHING),
  /** A worker's side of the conversation does not advance. */
  WORKER_SILENT(
      ErrorNames.PYTHON_WORKER_COMMUNICATION_TIMEOUT,
      EnumSet.of(Need.FAULT_INJECTION),
      WorkerCausers.now("hang-io"),
      Mender.NOTHING),
  /** A worker's computation does not advance. */
  BATCH_HANGS(
      ErrorNames.INFERENCE_TIMEOUT_EXCEEDED,
      EnumSet.of(Need.FAULT_INJECTION),
      WorkerCausers.withBatch("hang-compute"),
      Mender.NOTHING),
  /** A worker writes what is no message. */
  FRAME_GARBLED(
      ErrorNames.MESSAGE_CORRUPTION,
      EnumSet.of(Need.FAULT_INJECTION),
      WorkerCausers.withBatch("garbage-frame"),
      Mender.NOTHING),
  /** A worker ends in the middle of a message. */
  FRAME_CUT_OFF(
      ErrorNames.MESSAGE_CORRUPTION,
      EnumSet.of(Need.FAULT_INJECTION),
      WorkerCausers.withBatch("partial-frame"),
      Mender.NOTHING),
  /** A worker answers in the name of another. */
  EPOCH_WRONG(
      ErrorNames.MESSAGE_CORRUPTION,
      EnumSet.of(Need.FAULT_INJECTION),
      WorkerCausers.withBatch("wrong-epoch"),
      Mender.NOTHING),
  /** A worker takes all the memory that it may have. */
  BATCH_OUT_OF_MEMORY(
      ErrorNames.INFERENCE_RESOURCE_EXHAUSTION,
      EnumSet.of(Need.FAULT_INJECTION),
      WorkerCausers.withBatch("oom"),
      Mender.NOTHING),
  /** A worker refuses a load. */
  LOAD_REFUSED(
      ErrorNames.MODEL_LOADING_FAILURE,
      EnumSet.of(Need.FAULT_INJECTION),
      WorkerCausers.withLoad("refuse-load"),
      WorkerCausers::unload),
  /** A worker takes all the memory that it may have while it loads a model. */
  LOAD_OUT_OF_MEMORY(
      ErrorNames.DEVICE_MEMORY_ALLOCATION_FAILURE,
      EnumSet.of(Need.FAULT_INJECTION),
      WorkerCausers.withLoad("oom"),
      WorkerCausers::unload),
  /** A worker does not advance with a load. */
  LOAD_HANGS(
      ErrorNames.MODEL_LOADING_DEADLOCK,
      EnumSet.of(Need.FAULT_INJECTION, Need.OWN_NODE),
      WorkerCausers.withLoad("hang-compute"),
      WorkerCausers::unload),
  /** The memory that a worker shares with the node is gone under its feet. */
  SHARED_MEMORY_GONE(
      ErrorNames.MEMORY_CORRUPTION_DETECTED,
      EnumSet.of(Need.SIGNALS),
      WorkerCausers.signal("BUS"),
      Mender.NOTHING),
  /** Every worker of a device dies while it loads. */
  DEVICE_LOST(
      ErrorNames.PRIMARY_DEVICE_FAILURE,
      EnumSet.of(Need.FAULT_INJECTION, Need.OWN_NODE, Need.SIGNALS),
      WorkerCausers::lose,
      WorkerCausers::forget),
  /** A device computes far slower than it did. */
  DEVICE_SLOW(
      ErrorNames.DEVICE_PERFORMANCE_DEGRADATION,
      EnumSet.of(Need.FAULT_INJECTION, Need.OWN_NODE),
      WorkerCausers::slow,
      WorkerCausers::quick),
  /** One text crashes every worker that sees it. */
  TEXT_POISONOUS(
      ErrorNames.POISON_MESSAGE,
      EnumSet.of(Need.FAULT_INJECTION),
      WorkerCausers::poison,
      WorkerCausers::antidote),
  /** A request makes no sense. */
  REQUEST_NONSENSE(
      ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE,
      EnumSet.noneOf(Need.class),
      RequestCausers::nonsense,
      Mender.NOTHING),
  /** More memory is asked for than there is. */
  REQUEST_TOO_LARGE(
      ErrorNames.TRANSACTION_PREPARE_REJECTED,
      EnumSet.noneOf(Need.class),
      RequestCausers::tooMuch,
      Mender.NOTHING),
  /** Most of a device's memory is set aside. */
  MEMORY_SHORT(
      ErrorNames.MEMORY_PRESSURE_WARNING,
      EnumSet.of(Need.OWN_NODE),
      RequestCausers.fill(ErrorNames.MEMORY_PRESSURE_WARNING, 0.8),
      RequestCausers::free),
  /** All but all of a device's memory is set aside. */
  MEMORY_EXHAUSTED(
      ErrorNames.DOMAIN_RESOURCE_EXHAUSTION,
      EnumSet.of(Need.OWN_NODE),
      RequestCausers::fillUp,
      RequestCausers::free),
  /** A model's file is damaged. */
  MODEL_DAMAGED(
      ErrorNames.MODEL_CACHE_CORRUPTION,
      EnumSet.of(Need.OWN_NODE),
      FileCausers::damagedModel,
      FileCausers.removed("chaos-damaged")),
  /** A component of a model is gone. */
  COMPONENT_GONE(
      ErrorNames.MODEL_COMPONENT_MISSING,
      EnumSet.of(Need.OWN_NODE),
      FileCausers::missingComponent,
      FileCausers.removed("chaos-missing")),
  /** A model's manifest is damaged. */
  MANIFEST_DAMAGED(
      ErrorNames.MODEL_DEPENDENCY_FAILURE,
      EnumSet.of(Need.OWN_NODE),
      FileCausers::damagedManifest,
      FileCausers.removed("chaos-manifest")),
  /** Components of a model do not fit each other. */
  COMPONENTS_SWAPPED(
      ErrorNames.INFERENCE_MODEL_INCOMPATIBILITY,
      EnumSet.of(Need.OWN_NODE),
      FileCausers::swappedComponents,
      FileCausers.removed("chaos-swapped")),
  /** A model that judges pictures is damaged. */
  SAFETY_MODEL_DAMAGED(
      ErrorNames.POSTPROCESSING_MODEL_CORRUPTION,
      EnumSet.of(Need.OWN_NODE),
      FileCausers::damagedSafetyModel,
      FileCausers.removed("chaos-safety")),
  /** What a picture is made by is damaged. */
  SCHEDULER_DAMAGED(
      ErrorNames.WORKFLOW_TEMPLATE_CORRUPTION,
      EnumSet.of(Need.OWN_NODE),
      FileCausers::damagedScheduler,
      FileCausers.removed("chaos-scheduler")),
  /** What pictures are judged by is damaged. */
  SAFETY_POLICY_DAMAGED(
      ErrorNames.SAFETY_VALIDATION_SYSTEM_FAILURE,
      EnumSet.of(Need.OWN_NODE),
      FileCausers::damagedPolicy,
      FileCausers::restorePolicy),
  /** A picture is not as safe as the policy demands. */
  PICTURE_UNSAFE(
      ErrorNames.POSTPROCESSING_SAFETY_POLICY_VIOLATION,
      EnumSet.of(Need.OWN_NODE),
      FileCausers::unsafePictures,
      FileCausers::restorePolicy),
  /** A picture is poor. */
  PICTURE_POOR(
      ErrorNames.BELOW_QUALITY_THRESHOLD,
      EnumSet.noneOf(Need.class),
      RequestCausers::poorPicture,
      Mender.NOTHING),
  /** Many pictures are poor. */
  PICTURES_POOR(
      ErrorNames.POSTPROCESSING_QUALITY_DEGRADATION,
      EnumSet.noneOf(Need.class),
      RequestCausers::poorPictures,
      Mender.NOTHING),
  /** A turn on a device is held, and nobody works on it. */
  TURN_HELD(
      ErrorNames.BATCH_PROCESSING_DEADLOCK,
      EnumSet.of(Need.FAULT_INJECTION),
      divergence("lost-turn"),
      Mender.NOTHING),
  /** Heap is held for a session that nobody works on. */
  HEAP_LEAKED(
      ErrorNames.POSTPROCESSING_MEMORY_LEAK,
      EnumSet.of(Need.FAULT_INJECTION),
      divergence("lost-heap"),
      Mender.NOTHING),
  /** A session counts as open that never was. */
  SESSION_GHOST(
      ErrorNames.SESSION_MANAGEMENT_CORRUPTION,
      EnumSet.of(Need.FAULT_INJECTION),
      divergence("ghost-session"),
      Mender.NOTHING),
  /** Two domains say different things about a worker. */
  SEAT_WRONG(
      ErrorNames.DEVICE_STATUS_SYNC_FAILURE,
      EnumSet.of(Need.FAULT_INJECTION),
      divergence("shy-seat"),
      Mender.NOTHING),
  /** Memory is booked for nobody. */
  MEMORY_BOOKED_FOR_NOBODY(
      ErrorNames.MEMORY_SYNC_FAILURE,
      EnumSet.of(Need.FAULT_INJECTION),
      divergence("leaked-memory"),
      Mender.NOTHING),
  /** A model is pinned for nobody. */
  PIN_FOR_NOBODY(
      ErrorNames.STATE_DIVERGENCE_DETECTED,
      EnumSet.of(Need.FAULT_INJECTION),
      divergence("leaked-pin"),
      Mender.NOTHING),
  /** The disk of the node's data is full. */
  DISK_FULL(
      ErrorNames.DATABASE_FAILURE,
      EnumSet.of(Need.OWN_NODE, Need.SMALL_DISK),
      DiskCausers::fill,
      DiskCausers::free);

  private final ErrorNames error;
  private final Set<Need> needs;
  private final Causer causer;
  private final Mender mender;

  Condition(ErrorNames error, EnumSet<Need> needs, Causer causer, Mender mender) {
    this.error = error;
    this.needs = Set.copyOf(needs);
    this.causer = causer;
    this.mender = mender;
  }

  private static Causer divergence(String kind) {
    return (stage, device) -> {
      Instant at = Instant.now();
      stage.diverge(kind, at.toEpochMilli());
      return at;
    };
  }

  /** The first condition of that error, if one can be brought about. */
  public static Optional<Condition> of(ErrorNames error) {
    return Arrays.stream(values()).filter(one -> one.error == error).findFirst();
  }

  /** The one of that name. */
  public static Optional<Condition> named(String name) {
    return Arrays.stream(values()).filter(one -> one.wireName().equals(name)).findFirst();
  }

  /** Such as {@code worker-killed}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What the node must call it. */
  public ErrorNames error() {
    return error;
  }

  /** Its name in the catalog. */
  public String code() {
    return error.code();
  }

  /** Whether an error of that name is what the node may make of it. */
  boolean isSeenAs(String named) {
    // What a worker refuses may be the copy that was optimized for it: then that is thrown away.
    return named.equals(code())
        || this == LOAD_REFUSED && named.equals(ErrorNames.MODEL_CACHE_CORRUPTION.code());
  }

  /** What must be there for it. */
  public Set<Need> needs() {
    return needs;
  }

  /** Whether it holds only once its worker gets a batch. */
  boolean firesWithBatch() {
    return switch (this) {
      case WORKER_CRASHES,
          BATCH_HANGS,
          FRAME_GARBLED,
          FRAME_CUT_OFF,
          EPOCH_WRONG,
          BATCH_OUT_OF_MEMORY,
          TEXT_POISONOUS ->
          true;
      default -> false;
    };
  }

  /** Whether only its end lets the node recover; otherwise the node recovers while it lasts. */
  boolean mustEnd() {
    return switch (this) {
      case DEVICE_LOST, DEVICE_SLOW, TEXT_POISONOUS, MEMORY_SHORT, MEMORY_EXHAUSTED, DISK_FULL ->
          true;
      default -> false;
    };
  }

  /** All of them, as the storm draws from them: those that are over by themselves at once. */
  static List<Condition> ofStorms() {
    return Arrays.stream(values())
        .filter(one -> one != DISK_FULL && one != DEVICE_LOST && one != DEVICE_SLOW)
        .toList();
  }

  Instant bring(ChaosStage stage, String device) throws IOException {
    return causer.bring(stage, device);
  }

  void mend(ChaosStage stage, String device) throws IOException {
    mender.mend(stage, device);
  }
}
