package io.mainstay.protocol;

/** When an injected fault fires. */
public enum InjectionTrigger {
  NOW(0),
  NEXT_LOAD(1),
  NEXT_INFERENCE(2);

  private final int code;

  InjectionTrigger(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }
}
