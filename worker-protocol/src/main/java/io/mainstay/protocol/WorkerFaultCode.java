package io.mainstay.protocol;

/** The worker's fault codes, as in the schema. The numbers never change. */
public enum WorkerFaultCode {
  INVALID_REQUEST(100),
  UNKNOWN_MODEL(101),
  BAD_TENSOR(102),
  OUTPUT_TOO_SMALL(103),
  ARENA_RANGE(104),
  DEADLINE_EXCEEDED(110),
  CANCELLED(111),
  MODEL_FILE_UNREADABLE(200),
  CHECKSUM_MISMATCH(201),
  MODEL_CORRUPT(202),
  MODEL_REFUSED(203),
  ALREADY_LOADED(204),
  LOAD_REFUSED(205),
  MEMORY_BUDGET_EXCEEDED(300),
  OUT_OF_MEMORY(301),
  INFERENCE_FAILED(400),
  BACKEND_FAILED(401),
  QUEUE_FULL(500),
  DRAINING(501),
  INJECTION_DISABLED(502),
  PROTOCOL_ERROR(503),
  INTERNAL(599);

  private final int code;

  WorkerFaultCode(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }
}
