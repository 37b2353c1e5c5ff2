package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The built product, as a user starts it: the command line in a process of its own. */
final class Mainstay {
  private static final Duration COMMAND_BOUND = Duration.ofSeconds(120);
  static final Path HOME = Path.of(System.getProperty("mainstay.home")).toAbsolutePath();

  /** What a finished command left. */
  record Result(int exit, String out, String err) {
    @Override
    public String toString() {
      return "exit " + exit + "\n--- stdout\n" + out + "\n--- stderr\n" + err;
    }
  }

  private Mainstay() {}

  /** The command line of the product, without the launcher's build step. */
  static List<String> commandLine(List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    command.add("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");
    command.add("-Xmx512m");
    command.add("-Dmainstay.home=" + HOME);
    command.add("-cp");
    command.add(HOME.resolve("runtime/target/lib") + "/*");
    command.add("io.mainstay.runtime.cli.Mainstay");
    command.addAll(args);
    return command;
  }

  /** Runs a command to its end. */
  static Result run(String... args) throws IOException, InterruptedException {
    Path out = Files.createTempFile("mainstay-it", ".out");
    Path err = Files.createTempFile("mainstay-it", ".err");
    try {
      Process process = start(List.of(args), out, err, Map.of());
      if (!process.waitFor(COMMAND_BOUND.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            String.join(" ", args)
                + " did not end within "
                + COMMAND_BOUND
                + "\n"
                + Files.readString(err));
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  /** `mainstay journal verify` finds nothing wrong with that directory. */
  static void assertJournalIntact(Path dataDirectory) throws IOException, InterruptedException {
    Result verified = run("journal", "verify", "--data", dataDirectory.toString());
    assertEquals(0, verified.exit(), verified.toString());
    assertTrue(verified.out().contains("all intact"), verified.toString());
  }

  /** Starts a command and leaves it running. */
  static Process start(List<String> args, Path out, Path err, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(commandLine(args))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("OPT_OUT_TRACKING", "true");
    builder.environment().putAll(environment);
    return builder.start();
  }
}
