package io.mainstay.persistence.transaction;

/** Names of those who take part in transactions. They are journaled, so fixed for ever. */
public final class Participants {
  /** Keeps others off devices. */
  public static final String DEVICE = "device_service";

  /** Keeps the ledgers. */
  public static final String MEMORY = "memory_service";

  /** Keeps models. */
  public static final String MODEL = "model_service";

  /** Keeps the heap of sessions. */
  public static final String PROCESSING = "processing_service";

  /** Keeps models resident for inference. */
  public static final String INFERENCE = "inference_service";

  /** Keeps chains of picture operations ready. */
  public static final String POSTPROCESSING = "postprocessing_service";

  private static final String WORKER = "worker:";

  private Participants() {}

  /** The worker of a device. */
  public static String worker(String deviceId) {
    return WORKER + deviceId;
  }

  /** Whether that is a device's worker. */
  public static boolean isWorker(String participant) {
    return participant.startsWith(WORKER);
  }
}
