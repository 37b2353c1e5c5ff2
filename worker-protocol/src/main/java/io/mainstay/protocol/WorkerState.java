package io.mainstay.protocol;

/** What the compute side of a worker is doing. The codes are the schema's. */
public enum WorkerState {
  IDLE(0),
  LOADING(1),
  COMPUTING(2),
  DRAINING(3);

  private final int code;

  WorkerState(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }
}
