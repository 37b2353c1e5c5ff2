package io.mainstay.actors.model.load;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.transaction.TransactionStarter;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionOutcome;
import io.mainstay.persistence.transaction.TransactionPlan;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The two atomic operations of a load: the device is reserved together with the memory, and the
 * model is held together with the memory, in the worker too. Their ids are made of the saga's, so a
 * step that is repeated or taken back, by whoever, means the same transaction.
 *
 * @param limit after which the device is free again whatever happens
 */
public record LoadTransactions(String deviceId, TransactionStarter starter, Duration limit) {
  /** Which of the two. */
  enum Part {
    DEVICE(".device"),
    MODEL(".model");

    private final String suffix;

    Part(String suffix) {
      this.suffix = suffix;
    }
  }

  /** The device for this load, and its memory. */
  CompletionStage<TransactionOutcome> reserve(String sagaId, String modelId, long bytes) {
    return starter.carryThrough(
        id(sagaId, Part.DEVICE),
        new TransactionPlan.DeviceMemory(
            Owners.load(sagaId),
            new ParticipantWork.ReserveDevice(deviceId, "model_loading", limit.toMillis()),
            memory(modelId, bytes, "model_cache"),
            false));
  }

  /** The model, so that it is neither replaced nor unloaded, and the same memory. */
  CompletionStage<TransactionOutcome> pin(String sagaId, ModelDescriptor model, long bytes) {
    return starter.carryThrough(
        id(sagaId, Part.MODEL),
        new TransactionPlan.ModelMemory(
            Owners.load(sagaId),
            new ParticipantWork.PrepareModel(model.id(), "ram", model.bytes()),
            memory(model.id(), bytes, "model_loading"),
            true));
  }

  /**
   * @param handOver the memory stays with the model
   */
  CompletionStage<?> release(String sagaId, Part part, boolean handOver) {
    return starter.release(
        id(sagaId, part), handOver, handOver ? "the load has ended" : "the load is taken back");
  }

  static Refusal refusal(TransactionOutcome outcome) {
    return Refusal.of(outcome.code(), outcome.message(), outcome.remedy());
  }

  private ParticipantWork.AllocateMemory memory(String modelId, long bytes, String purpose) {
    return new ParticipantWork.AllocateMemory(deviceId, Loader.owner(modelId), bytes, purpose);
  }

  /** Which one the load names, so that the worker uses what it holds for it. */
  static String ofLoad(String sagaId) {
    return id(sagaId, Part.MODEL);
  }

  /** Whether the holder of a model is a load: what it holds it lets go of when the load ends. */
  public static boolean holds(String holder) {
    return holder.endsWith(Part.MODEL.suffix);
  }

  private static String id(String sagaId, Part part) {
    return sagaId + part.suffix;
  }
}
