package io.mainstay.persistence.transaction;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What one participant is to hold for a transaction. Fields only grow: it is journaled. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "work")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ParticipantWork.ReserveDevice.class, name = "reserve_device"),
  @JsonSubTypes.Type(value = ParticipantWork.AllocateMemory.class, name = "allocate_vram"),
  @JsonSubTypes.Type(value = ParticipantWork.PrepareModel.class, name = "prepare_model_cache"),
  @JsonSubTypes.Type(
      value = ParticipantWork.ReserveSession.class,
      name = "reserve_session_resources"),
  @JsonSubTypes.Type(
      value = ParticipantWork.PrepareInference.class,
      name = "prepare_inference_context"),
  @JsonSubTypes.Type(
      value = ParticipantWork.PreparePipeline.class,
      name = "prepare_pipeline_for_inference"),
  @JsonSubTypes.Type(value = ParticipantWork.ReserveWorker.class, name = "reserve_worker_memory")
})
public sealed interface ParticipantWork {
  /** Who holds it, such as {@code memory_service}. */
  @JsonIgnore
  String participant();

  /** Locks that it takes, as operators see them. */
  @JsonIgnore
  List<String> locks();

  /**
   * Keeps others off a device.
   *
   * @param operationType model_loading keeps other loads off, exclusive everything
   * @param estimatedMillis the reservation ends by itself after this long
   */
  record ReserveDevice(String deviceId, String operationType, long estimatedMillis)
      implements ParticipantWork {
    @Override
    public String participant() {
      return Participants.DEVICE;
    }

    @Override
    public List<String> locks() {
      return List.of(deviceId + "_allocation");
    }
  }

  /**
   * Sets bytes of a device's memory aside.
   *
   * @param holder in the ledger; the same holder in two transactions has the bytes once
   */
  record AllocateMemory(String deviceId, String holder, long bytes, String purpose)
      implements ParticipantWork {
    @Override
    public String participant() {
      return Participants.MEMORY;
    }

    @Override
    public List<String> locks() {
      return List.of("vram_allocation_" + bytes);
    }
  }

  /**
   * Pins a sound model, so that it is neither replaced nor unloaded, and reads its files ahead.
   *
   * @param requiredBytes that its files may take of the cache
   */
  record PrepareModel(String modelId, String cacheLocation, long requiredBytes)
      implements ParticipantWork {
    @Override
    public String participant() {
      return Participants.MODEL;
    }

    @Override
    public List<String> locks() {
      return List.of("model_cache_" + modelId);
    }
  }

  /** Sets a share of the heap for batches aside for a session. */
  record ReserveSession(String sessionId, long bytes, String deviceId, String priority)
      implements ParticipantWork {
    @Override
    public String participant() {
      return Participants.PROCESSING;
    }

    @Override
    public List<String> locks() {
      return List.of("session_" + sessionId);
    }
  }

  /** Has the models resident on the device, and keeps them there. */
  record PrepareInference(String contextId, String deviceId, List<String> models, String kind)
      implements ParticipantWork {
    public PrepareInference {
      models = List.copyOf(models);
    }

    @Override
    public String participant() {
      return Participants.INFERENCE;
    }

    @Override
    public List<String> locks() {
      return List.of("inference_context_" + contextId);
    }
  }

  /** Has a chain of operations on pictures ready: every operation, and the policy of its gate. */
  record PreparePipeline(
      String pipelineId, String inputFormat, List<String> operations, String outputFormat)
      implements ParticipantWork {
    public PreparePipeline {
      operations = List.copyOf(operations);
    }

    @Override
    public String participant() {
      return Participants.POSTPROCESSING;
    }

    @Override
    public List<String> locks() {
      return List.of("pipeline_" + pipelineId);
    }
  }

  /** Reserves bytes in the account of a device's worker process itself. */
  record ReserveWorker(String deviceId, long bytes, String purpose) implements ParticipantWork {
    @Override
    public String participant() {
      return Participants.worker(deviceId);
    }

    @Override
    public List<String> locks() {
      return List.of("model_loading_context");
    }
  }
}
