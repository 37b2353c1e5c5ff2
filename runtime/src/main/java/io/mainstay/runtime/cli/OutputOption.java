package io.mainstay.runtime.cli;

import picocli.CommandLine.Option;

/** {@code -o table|json}, the same for every command that answers something. */
public final class OutputOption {
  /** For people, or one JSON document for programs. */
  public enum Format {
    TABLE,
    JSON
  }

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table (default) or json: one document on standard output and nothing else.")
  private Format format;

  /** Whether a program reads the answer. */
  public boolean json() {
    return format == Format.JSON;
  }
}
