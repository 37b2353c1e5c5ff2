package io.mainstay.it;

import static org.awaitility.Awaitility.await;

import io.mainstay.client.MainstayClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node in a process of its own, to be killed. Closing it kills what is left of it. */
final class NodeProcess implements AutoCloseable {
  private static final Duration READY_BOUND = Duration.ofSeconds(120);
  private static final Duration LEAVE_BOUND = Duration.ofSeconds(30);
  private final Process process;
  private final Path dataDirectory;
  private final Path err;

  private NodeProcess(Process process, Path dataDirectory, Path err) {
    this.process = process;
    this.dataDirectory = dataDirectory;
    this.err = err;
  }

  /** Starts a node on that directory with these overrides; returns at once. */
  static NodeProcess launch(Path dataDirectory, String conf, String... more) throws IOException {
    return launchWith(Map.of(), dataDirectory, conf, more);
  }

  /** The same with more in its environment. */
  static NodeProcess launchWith(
      Map<String, String> environment, Path dataDirectory, String conf, String... more)
      throws IOException {
    Files.createDirectories(dataDirectory.toAbsolutePath().getParent());
    Path file = dataDirectory.resolveSibling(dataDirectory.getFileName() + ".conf");
    // What else uses the memory of the test's machine is no ground for a mode of the node, nor to
    // stay in one.
    Files.writeString(
        file,
        "mainstay.modes.watch.memory = off\n"
            + "mainstay.modes.restoration.probe.memory-used-max = 1\n"
            // Whoever tests the way back asks for its stages.
            + "mainstay.modes.restoration.intake.stages = [100]\n"
            + conf);
    Path err = Files.createTempFile("mainstay-node", ".err");
    List<String> args =
        new ArrayList<>(
            List.of(
                "node",
                "--data",
                dataDirectory.toString(),
                "--port",
                "0",
                "--conf",
                file.toString()));
    args.addAll(List.of(more));
    Path out = Files.createTempFile("mainstay-node", ".out");
    return new NodeProcess(Mainstay.start(args, out, err, environment), dataDirectory, err);
  }

  /** The same with more in its environment; waits until it is ready. */
  static NodeProcess startWith(Map<String, String> environment, Path dataDirectory, String conf)
      throws IOException {
    NodeProcess node = launchWith(environment, dataDirectory, conf);
    node.awaitReady();
    return node;
  }

  /** Starts a node and waits until it says that it is ready. */
  static NodeProcess start(Path dataDirectory, String conf, String... more) throws IOException {
    NodeProcess node = launch(dataDirectory, conf, more);
    node.awaitReady();
    return node;
  }

  void awaitReady() {
    await("node is ready")
        .atMost(READY_BOUND)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError(
                    "the node left with " + process.exitValue() + "\n" + stderr());
              }
              return announcedByUs();
            });
  }

  private boolean announcedByUs() throws IOException {
    Path file = dataDirectory.resolve("node.json");
    return Files.exists(file)
        && Files.readString(file).matches("(?s).*\"pid\"\\s*:\\s*" + process.pid() + "\\b.*");
  }

  MainstayClient client() {
    return MainstayClient.connect(dataDirectory);
  }

  Path dataDirectory() {
    return dataDirectory;
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** SIGKILL, as a crash of the machine's memory killer would do it; returns when it is gone. */
  void kill() {
    process.destroyForcibly();
    await("node is gone").atMost(Duration.ofSeconds(10)).until(() -> !process.isAlive());
  }

  /** SIGTERM; answers the exit code. */
  int terminate() throws InterruptedException {
    return terminate(LEAVE_BOUND);
  }

  /** The same, for one that may take longer than a node does. */
  int terminate(Duration bound) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("the node did not leave within " + bound + "\n" + stderr());
    }
    return process.exitValue();
  }

  String stderr() {
    try {
      return Files.readString(err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
