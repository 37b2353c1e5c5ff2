package io.mainstay.actors.state;

import static io.mainstay.protocol.ownership.Side.ORCHESTRATOR;
import static io.mainstay.protocol.ownership.Side.WORKER;

import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import io.mainstay.protocol.state.CrossDomainCoordination;
import io.mainstay.protocol.state.DeviceCapabilityDiscovered;
import io.mainstay.protocol.state.DeviceConfigUpdate;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.DeviceRoutingUpdate;
import io.mainstay.protocol.state.InferenceCompleted;
import io.mainstay.protocol.state.InferenceOrchestration;
import io.mainstay.protocol.state.InferenceProgress;
import io.mainstay.protocol.state.InferenceRequest;
import io.mainstay.protocol.state.MemoryAllocationRequest;
import io.mainstay.protocol.state.MemoryPolicyUpdate;
import io.mainstay.protocol.state.ModelCacheUpdate;
import io.mainstay.protocol.state.ModelLoadRequest;
import io.mainstay.protocol.state.ModelLoadingProgress;
import io.mainstay.protocol.state.ModelRuntimeUpdate;
import io.mainstay.protocol.state.PostprocessingCompleted;
import io.mainstay.protocol.state.PostprocessingProgress;
import io.mainstay.protocol.state.PostprocessingRequest;
import io.mainstay.protocol.state.ProcessingSessionCreated;
import io.mainstay.protocol.state.SafetyPolicyUpdate;
import io.mainstay.protocol.state.SessionControlCommand;
import io.mainstay.protocol.state.SessionProgressUpdate;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.SystemMemoryAllocated;
import io.mainstay.protocol.state.VramUsageUpdate;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The 24 messages as a table: whose domain each is of, which side alone may say it, what it is
 * about, and whether a later one makes an earlier one superfluous.
 */
public enum StateKind {
  DEVICE_CONFIG_UPDATE(
      DeviceConfigUpdate.class, StateDomain.DEVICE, ORCHESTRATOR, DeviceConfigUpdate::deviceId),
  DEVICE_ROUTING_UPDATE(
      DeviceRoutingUpdate.class, StateDomain.DEVICE, ORCHESTRATOR, update -> "routing"),
  DEVICE_HEALTH_UPDATE(
      DeviceHealthUpdate.class, StateDomain.DEVICE, WORKER, DeviceHealthUpdate::deviceId),
  DEVICE_CAPABILITY_DISCOVERED(
      DeviceCapabilityDiscovered.class,
      StateDomain.DEVICE,
      WORKER,
      DeviceCapabilityDiscovered::deviceId),
  SYSTEM_MEMORY_ALLOCATED(
      SystemMemoryAllocated.class,
      StateDomain.MEMORY,
      ORCHESTRATOR,
      SystemMemoryAllocated::allocationId),
  MEMORY_POLICY_UPDATE(
      MemoryPolicyUpdate.class,
      StateDomain.MEMORY,
      ORCHESTRATOR,
      update -> String.join(",", update.appliesTo())),
  VRAM_USAGE_UPDATE(VramUsageUpdate.class, StateDomain.MEMORY, WORKER, VramUsageUpdate::deviceId),
  MEMORY_ALLOCATION_REQUEST(
      MemoryAllocationRequest.class,
      StateDomain.MEMORY,
      WORKER,
      MemoryAllocationRequest::requestId),
  MODEL_LOAD_REQUEST(
      ModelLoadRequest.class, StateDomain.MODEL, ORCHESTRATOR, ModelLoadRequest::modelId),
  MODEL_CACHE_UPDATE(ModelCacheUpdate.class, StateDomain.MODEL, ORCHESTRATOR, update -> "cache"),
  MODEL_LOADING_PROGRESS(
      ModelLoadingProgress.class, StateDomain.MODEL, WORKER, ModelLoadingProgress::modelId),
  MODEL_RUNTIME_UPDATE(
      ModelRuntimeUpdate.class, StateDomain.MODEL, WORKER, ModelRuntimeUpdate::modelId),
  PROCESSING_SESSION_CREATED(
      ProcessingSessionCreated.class,
      StateDomain.PROCESSING,
      ORCHESTRATOR,
      ProcessingSessionCreated::sessionId),
  SESSION_CONTROL_COMMAND(
      SessionControlCommand.class,
      StateDomain.PROCESSING,
      ORCHESTRATOR,
      SessionControlCommand::sessionId),
  SESSION_PROGRESS_UPDATE(
      SessionProgressUpdate.class,
      StateDomain.PROCESSING,
      WORKER,
      SessionProgressUpdate::sessionId),
  CROSS_DOMAIN_COORDINATION(
      CrossDomainCoordination.class,
      StateDomain.PROCESSING,
      WORKER,
      CrossDomainCoordination::sessionId),
  INFERENCE_REQUEST(
      InferenceRequest.class, StateDomain.INFERENCE, ORCHESTRATOR, InferenceRequest::requestId),
  INFERENCE_ORCHESTRATION(
      InferenceOrchestration.class,
      StateDomain.INFERENCE,
      ORCHESTRATOR,
      InferenceOrchestration::batchId),
  INFERENCE_PROGRESS(
      InferenceProgress.class, StateDomain.INFERENCE, WORKER, InferenceProgress::requestId),
  INFERENCE_COMPLETED(
      InferenceCompleted.class, StateDomain.INFERENCE, WORKER, InferenceCompleted::requestId),
  POSTPROCESSING_REQUEST(
      PostprocessingRequest.class,
      StateDomain.POSTPROCESSING,
      ORCHESTRATOR,
      PostprocessingRequest::requestId),
  SAFETY_POLICY_UPDATE(
      SafetyPolicyUpdate.class, StateDomain.POSTPROCESSING, ORCHESTRATOR, update -> "policy"),
  POSTPROCESSING_PROGRESS(
      PostprocessingProgress.class,
      StateDomain.POSTPROCESSING,
      WORKER,
      PostprocessingProgress::requestId),
  POSTPROCESSING_COMPLETED(
      PostprocessingCompleted.class,
      StateDomain.POSTPROCESSING,
      WORKER,
      PostprocessingCompleted::requestId);

  private static final Map<Class<?>, StateKind> BY_TYPE =
      Arrays.stream(values()).collect(Collectors.toMap(StateKind::type, kind -> kind));

  private static final Map<String, StateKind> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(StateKind::eventType, kind -> kind));

  private final Class<? extends StateMessage> type;
  private final StateDomain domain;
  private final Side owner;
  private final Function<StateMessage, String> subject;

  <M extends StateMessage> StateKind(
      Class<M> type, StateDomain domain, Side owner, Function<M, String> subject) {
    this.type = type;
    this.domain = domain;
    this.owner = owner;
    this.subject = message -> subject.apply(type.cast(message));
  }

  /** Which one a message is. */
  public static StateKind of(StateMessage message) {
    return BY_TYPE.get(message.getClass());
  }

  /**
   * By its name in JSON.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static StateKind named(String eventType) {
    StateKind kind = BY_NAME.get(eventType);
    if (kind == null) {
      throw new IllegalArgumentException(
          "event_type is '" + eventType + "'; it must be one of " + BY_NAME.keySet());
    }
    return kind;
  }

  /** Its record. */
  public Class<? extends StateMessage> type() {
    return type;
  }

  /** Its name in JSON, such as {@code device_health_update}. */
  public String eventType() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whose business it is. */
  public StateDomain domain() {
    return domain;
  }

  /** Who alone may say it. */
  public Side owner() {
    return owner;
  }

  /** What such a message is about: a device, a model, a session or a request. */
  public String subject(StateMessage message) {
    return subject.apply(message);
  }
}
