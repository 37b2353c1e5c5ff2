package io.mainstay.runtime.cli;

/** What the process answers to its shell; fixed for scripts. */
public final class ExitCode {
  private ExitCode() {}

  /** Done as asked. */
  public static final int DONE = 0;

  /** Failed; the message says why. */
  public static final int FAILED = 1;

  /** Wrong usage: nothing was asked of a node. */
  public static final int USAGE = 2;

  /** No node answers. */
  public static final int UNREACHABLE = 3;

  /** Accepted, but not as good as asked for: a mode is on, or documents are in the dead letters. */
  public static final int DEGRADED = 4;
}
