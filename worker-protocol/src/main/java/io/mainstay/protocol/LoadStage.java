package io.mainstay.protocol;

/** Where the load of a model is, in this order. The codes are the schema's. */
public enum LoadStage {
  HASHING(0),
  CREATING_SESSION(1),
  READING_SIGNATURE(2),
  READY(3);

  private final int code;

  LoadStage(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }
}
