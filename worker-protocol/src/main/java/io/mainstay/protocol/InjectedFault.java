package io.mainstay.protocol;

/** Failures that a worker started with fault injection acts out on demand. */
public enum InjectedFault {
  /** SIGSEGV as soon as the trigger is met. */
  CRASH(0),
  /** The compute thread stops advancing; the I/O thread lives. */
  HANG_COMPUTE(1),
  /** The I/O thread stops reading and answering. */
  HANG_IO(2),
  /** Every inference takes {@code argument} nanoseconds longer. */
  SLOW(3),
  /** Random bytes go to the frame stream. */
  GARBAGE_FRAME(4),
  /** Half a frame, then exit. */
  PARTIAL_FRAME(5),
  /** Allocate until the limit ends it. */
  OOM(6),
  /** Answers carry another epoch. */
  WRONG_EPOCH(7),
  /** Loads are refused with LOAD_REFUSED. */
  REFUSE_LOAD(8),
  /** Every inference takes {@code argument} bytes that are never given back. */
  LEAK(9),
  /** The device's sensor shows {@code argument} thousandths of a degree Celsius; 0 ends it. */
  HOT(10),
  /** The outputs of one inference are not numbers. */
  WRONG_VALUES(11),
  /** The device is lost to the process, which ends with the exit status that says so. */
  LOSE_DEVICE(12);

  private final int code;

  InjectedFault(int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }
}
