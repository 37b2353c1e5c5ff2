package io.mainstay.runtime.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command can see and say. Owned by the process, or by a test.
 *
 * @param out results only
 * @param err words for people
 * @param interactive whether {@code err} is a terminal, where lines may be overwritten
 * @param environment variables
 * @param home the user's home directory
 */
public record Terminal(
    PrintStream out,
    PrintStream err,
    boolean interactive,
    Map<String, String> environment,
    Path home) {
  public Terminal {
    environment = Map.copyOf(environment);
  }

  /** That of the process. The launcher says whether standard error is a terminal. */
  public static Terminal ofProcess() {
    return new Terminal(
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        "yes".equals(System.getProperty("mainstay.terminal")),
        System.getenv(),
        Path.of(System.getProperty("user.home")));
  }

  /** {@code $MAINSTAY_DATA}, else {@code ~/.local/share/mainstay}. */
  public Path defaultDataDirectory() {
    String named = environment.getOrDefault("MAINSTAY_DATA", "");
    return named.isEmpty() ? home.resolve(".local/share/mainstay") : Path.of(named);
  }

  /** Where commands other than {@code node} log to. */
  public Path clientLog() {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base = state.isEmpty() ? home.resolve(".local/state") : Path.of(state);
    return base.resolve("mainstay").resolve("client.log");
  }
}
