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
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final String LIBRARIES = HOME.resolve("runtime/target/lib") + "/*";

  /** The launcher's. */
  private static final List<String> OPTIONS =
      List.of(
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "-XX:+UseSerialGC");

  /** What a finished command left. */
  record Result(int exit, String out, String err) {
    @Override
    public String toString() {
      return "exit " + exit + "\n--- stdout\n" + out + "\n--- stderr\n" + err;
    }
  }

  private static final String ENVIRONMENT_OPTIONS = "JAVA_TOOL_OPTIONS";

  /** Made once for a run of the tests: the same as the launcher makes once for a build. */
  private static final Path CLASSES = classes();

  private Mainstay() {}

  private static Path classes() {
    try {
      Path archive = Files.createTempDirectory("mainstay-it").resolve("classes.jsa");
      List<String> command = new ArrayList<>();
      command.add(JAVA);
      command.add("-XX:ArchiveClassesAtExit=" + archive);
      command.addAll(List.of("-Xlog:disable", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
      command.addAll(OPTIONS);
      command.addAll(List.of("-cp", LIBRARIES, "io.mainstay.runtime.cli.ClassList"));
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(COMMAND_BOUND.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      return archive;
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** The command line of the product, without the launcher's build step. */
  static List<String> commandLine(List<String> args) {
    return commandLine(List.of(), args);
  }

  private static List<String> commandLine(List<String> more, List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(JAVA);
    command.addAll(more);
    command.addAll(OPTIONS);
    command.add("-Xmx512m");
    command.add("-Dmainstay.home=" + HOME);
    command.addAll(List.of("-cp", LIBRARIES, "io.mainstay.runtime.cli.Mainstay"));
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
        new ProcessBuilder(commandLine(launching(environment), args))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("OPT_OUT_TRACKING", "true");
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** As the launcher does: a short life pays neither for reading classes nor for optimizing. */
  private static List<String> launching(Map<String, String> environment) {
    if (environment.containsKey(ENVIRONMENT_OPTIONS) || !Files.exists(CLASSES)) {
      return List.of();
    }
    List<String> options = new ArrayList<>();
    options.add("-XX:SharedArchiveFile=" + CLASSES);
    options.addAll(List.of("-Xshare:auto", "-Xlog:disable", "-Xlog:all=error:stderr"));
    if (!Boolean.getBoolean("mainstay.soak")) {
      options.add("-XX:TieredStopAtLevel=1");
    }
    return options;
  }
}
