package io.mainstay.actors.memory;

import java.util.Optional;
import java.util.OptionalLong;

/** Names under which memory is reserved. */
public final class MemoryOwners {
  private static final String MODEL = "model:";
  private static final String WORKER = "worker:";
  private static final String TRANSACTION = "transaction:";

  private static final String OTHER = "other";

  private MemoryOwners() {}

  /**
   * What kind of owner it is: {@code model}, {@code worker}, {@code transaction} or another word.
   */
  public static String kindOf(String owner) {
    int end = owner.indexOf(':');
    return end > 0 ? owner.substring(0, end) : OTHER;
  }

  /** Which one of its kind it is. */
  public static String nameOf(String owner) {
    int end = owner.indexOf(':');
    return end > 0 ? owner.substring(end + 1) : owner;
  }

  /** The owner of a model's memory on a device. */
  public static String ofModel(String modelId) {
    return MODEL + modelId;
  }

  /** The model whose memory it is, or empty for another kind of owner. */
  public static Optional<String> modelOf(String owner) {
    return owner.startsWith(MODEL)
        ? Optional.of(owner.substring(MODEL.length()))
        : Optional.empty();
  }

  /** The owner of what a worker asked for by itself. */
  public static String ofWorker(long epoch, String requestId) {
    return WORKER + epoch + "/" + requestId;
  }

  /** The epoch of the worker that asked for it, or empty for another kind of owner. */
  public static OptionalLong workerOf(String owner) {
    return owner.startsWith(WORKER)
        ? OptionalLong.of(Long.parseLong(owner.substring(WORKER.length(), owner.indexOf('/'))))
        : OptionalLong.empty();
  }

  /** The owner of memory that a transaction sets aside for itself. */
  public static String ofTransaction(String transactionId) {
    return TRANSACTION + transactionId;
  }

  /** The transaction whose memory it is, or empty for another kind of owner. */
  public static Optional<String> transactionOf(String owner) {
    return owner.startsWith(TRANSACTION)
        ? Optional.of(owner.substring(TRANSACTION.length()))
        : Optional.empty();
  }
}
