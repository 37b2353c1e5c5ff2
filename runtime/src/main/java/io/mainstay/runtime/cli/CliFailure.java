package io.mainstay.runtime.cli;

/** A command cannot go on: what and why, what to do, and the exit code. */
public final class CliFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String remedy;
  private final int exitCode;

  private CliFailure(String message, String remedy, int exitCode, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
    this.exitCode = exitCode;
  }

  /** The work was tried and failed. */
  public static CliFailure failed(String message, String remedy) {
    return new CliFailure(message, remedy, ExitCode.FAILED, null);
  }

  /** The work was tried and failed for that reason. */
  public static CliFailure failed(String message, String remedy, Throwable cause) {
    return new CliFailure(message, remedy, ExitCode.FAILED, cause);
  }

  /** The arguments make no sense. */
  public static CliFailure usage(String message, String remedy) {
    return new CliFailure(message, remedy, ExitCode.USAGE, null);
  }

  /** What the user can do about it. */
  public String remedy() {
    return remedy;
  }

  /** See {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }
}
