package io.mainstay.persistence.transaction;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the four atomic operations with its parameters. {@code owner} says for whom it holds what
 * it holds; see {@link Owners}. Fields only grow: it is journaled.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "operation")
@JsonSubTypes({
  @JsonSubTypes.Type(
      value = TransactionPlan.DeviceMemory.class,
      name = TransactionPlan.DEVICE_MEMORY),
  @JsonSubTypes.Type(
      value = TransactionPlan.ModelMemory.class,
      name = TransactionPlan.MODEL_MEMORY),
  @JsonSubTypes.Type(
      value = TransactionPlan.ProcessingInference.class,
      name = TransactionPlan.PROCESSING_INFERENCE),
  @JsonSubTypes.Type(
      value = TransactionPlan.InferencePostprocessing.class,
      name = TransactionPlan.INFERENCE_POSTPROCESSING)
})
public sealed interface TransactionPlan {
  /** Device and memory. */
  String DEVICE_MEMORY = "atomic_device_memory_allocation";

  /** Model and memory. */
  String MODEL_MEMORY = "atomic_model_memory_loading";

  /** Processing and inference. */
  String PROCESSING_INFERENCE = "atomic_processing_inference";

  /** Inference and postprocessing. */
  String INFERENCE_POSTPROCESSING = "atomic_inference_postprocessing";

  /** For whom. */
  String owner();

  /** Name of the operation. */
  @JsonIgnore
  String operation();

  /** What each participant is to hold; one work for each participant, in the order of asking. */
  @JsonIgnore
  List<ParticipantWork> works();

  /**
   * Reserves a device for an operation, and memory of it.
   *
   * @param withWorker whether the worker's own account takes part
   */
  record DeviceMemory(
      String owner,
      ParticipantWork.ReserveDevice device,
      ParticipantWork.AllocateMemory memory,
      boolean withWorker)
      implements TransactionPlan {
    @Override
    public String operation() {
      return DEVICE_MEMORY;
    }

    @Override
    public List<ParticipantWork> works() {
      return andWorker(List.of(device, memory), withWorker, memory);
    }
  }

  /**
   * Pins a model and reserves the memory that it needs on a device.
   *
   * @param withWorker whether the worker's own account takes part
   */
  record ModelMemory(
      String owner,
      ParticipantWork.PrepareModel model,
      ParticipantWork.AllocateMemory memory,
      boolean withWorker)
      implements TransactionPlan {
    @Override
    public String operation() {
      return MODEL_MEMORY;
    }

    @Override
    public List<ParticipantWork> works() {
      return andWorker(List.of(model, memory), withWorker, memory);
    }
  }

  /** Heap for a session, and its models on a device. */
  record ProcessingInference(
      String owner,
      ParticipantWork.ReserveSession session,
      ParticipantWork.PrepareInference inference)
      implements TransactionPlan {
    @Override
    public String operation() {
      return PROCESSING_INFERENCE;
    }

    @Override
    public List<ParticipantWork> works() {
      return List.of(session, inference);
    }
  }

  /** Models on a device, and the chain that their pictures go through. */
  record InferencePostprocessing(
      String owner,
      ParticipantWork.PrepareInference inference,
      ParticipantWork.PreparePipeline pipeline)
      implements TransactionPlan {
    @Override
    public String operation() {
      return INFERENCE_POSTPROCESSING;
    }

    @Override
    public List<ParticipantWork> works() {
      return List.of(inference, pipeline);
    }
  }

  private static List<ParticipantWork> andWorker(
      List<ParticipantWork> domains, boolean worker, ParticipantWork.AllocateMemory memory) {
    List<ParticipantWork> works = new ArrayList<>(domains);
    if (worker) {
      works.add(
          new ParticipantWork.ReserveWorker(memory.deviceId(), memory.bytes(), memory.purpose()));
    }
    return List.copyOf(works);
  }
}
