package io.mainstay.runtime.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/mainstay} in a checkout of its own, with a Maven and a Java that only take notes. */
class LauncherTest {
  private static final List<String> SYSTEM_TOOLS =
      List.of(
          "readlink",
          "dirname",
          "find",
          "head",
          "flock",
          "date",
          "mkdir",
          "rm",
          "mv",
          "cat",
          "touch",
          "sleep");
  private static final List<String> BUILD_TOOLS = List.of("javac", "g++", "cmake", "make");

  @TempDir Path directory;
  private Path home;
  private Path tools;

  @BeforeEach
  void checkout() throws IOException {
    home = directory.resolve("checkout");
    tools = Files.createDirectories(directory.resolve("tools"));
    Files.createDirectories(home.resolve("runtime/bin"));
    Files.createDirectories(home.resolve("runtime/src"));
    Files.createDirectories(home.resolve("native-worker/src"));
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Files.writeString(home.resolve("runtime/pom.xml"), "<project/>");
    Files.writeString(home.resolve("runtime/src/A.java"), "class A {}");
    Files.copy(
        Path.of(System.getProperty("mainstay.home"), "runtime/bin/mainstay"),
        home.resolve("runtime/bin/mainstay"));
    for (String tool : SYSTEM_TOOLS) {
      Path found = Path.of("/usr/bin", tool);
      script(tool, "exec " + (Files.exists(found) ? found : Path.of("/bin", tool)) + " \"$@\"");
    }
    for (String tool : BUILD_TOOLS) {
      script(tool, "exit 0");
    }
    script(
        "mvn",
        "echo built >> " + directory + "/builds",
        "echo \"from maven $*, $MAVEN_OPTS\"",
        "mkdir -p runtime/target/lib && touch runtime/target/complete");
    script("java", "echo \"java $*\"");
  }

  private void script(String name, String... lines) throws IOException {
    Path file = tools.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private record Run(int exitCode, String out, String err) {}

  private Run run(String... args) throws IOException, InterruptedException {
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder()
            .command(
                Stream.concat(
                        Stream.of("/bin/sh", home.resolve("runtime/bin/mainstay").toString()),
                        Arrays.stream(args))
                    .toList())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    Process process = builder.start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher did not end");
    return new Run(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private int builds() throws IOException {
    Path notes = directory.resolve("builds");
    return Files.exists(notes) ? Files.readAllLines(notes).size() : 0;
  }

  @Test
  void firstRun_buildsAndKeepsStandardOutputForTheCommand() throws Exception {
    Run run = run("status", "-o", "json");
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(1, builds());
    assertTrue(run.out().startsWith("java "), run.out());
    assertEquals(1, run.out().lines().count(), run.out());
    assertTrue(run.out().endsWith("io.mainstay.runtime.cli.Mainstay status -o json\n"), run.out());
    assertTrue(run.err().contains("mainstay: building"), run.err());
    assertTrue(run.err().contains("from maven"), run.err());
    // Both, or Maven writes escape codes even into a file.
    assertTrue(run.err().contains("-Dstyle.color=never"), run.err());
    assertTrue(run.err().contains("-Djansi.noreset=true"), run.err());
  }

  @Test
  void secondRun_whenNothingChanged_doesNotBuildAndIsQuiet() throws Exception {
    run("status");
    Run second = run("status");
    assertEquals(1, builds());
    assertEquals("", second.err());
  }

  @Test
  void run_whenASourceIsNewer_buildsAgain() throws Exception {
    run("status");
    Files.setLastModifiedTime(
        home.resolve("runtime/src/A.java"), FileTime.from(Instant.now().plusSeconds(60)));
    run("status");
    assertEquals(2, builds());
  }

  @Test
  void twoFirstRunsAtOnce_buildOnce() throws Exception {
    script(
        "mvn",
        "echo built >> " + directory + "/builds",
        "sleep 1",
        "mkdir -p runtime/target/lib && touch runtime/target/complete");
    CompletableFuture<Run> other =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return run("devices");
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Run run = run("status");
    assertEquals(0, run.exitCode(), run.err());
    assertEquals(0, other.get(60, TimeUnit.SECONDS).exitCode());
    assertEquals(1, builds());
  }

  @Test
  void run_whenToolsAreMissing_namesThemWithTheirInstallLine() throws Exception {
    Files.delete(tools.resolve("cmake"));
    Files.delete(tools.resolve("g++"));
    Run run = run("status");
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.err().contains("not installed: g++ cmake"), run.err());
    assertTrue(
        run.err().contains("apt-get install openjdk-17-jdk maven g++ cmake make"), run.err());
  }

  @Test
  void run_whenTheBuildFails_saysSoAndDoesNotStart() throws Exception {
    script("mvn", "echo broken; exit 1");
    Run run = run("status");
    assertEquals(1, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.err().contains("error: the build failed"), run.err());
  }

  @Test
  void run_throughALink_findsItsHome() throws Exception {
    Path link =
        Files.createSymbolicLink(
            directory.resolve("mainstay"), home.resolve("runtime/bin/mainstay"));
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", link.toString(), "--help").redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertTrue(said.contains(home.toString()), said);
  }
}
