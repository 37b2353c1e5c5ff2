package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.client.MainstayClient;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.runtime.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node that makes pictures, and the command line of somebody who asks it to. */
final class PictureStage implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final NodeProcess node;
  private final MainstayClient client;

  private PictureStage(Path directory, NodeProcess node) {
    this.directory = directory;
    this.node = node;
    this.client = node.client();
  }

  /** Starts a node whose data lies in {@code data} of that directory. */
  static PictureStage start(Path directory) throws IOException {
    return start(directory, "");
  }

  /** The same with settings of its own. */
  static PictureStage start(Path directory, String conf) throws IOException {
    return new PictureStage(directory, NodeProcess.start(directory.resolve("data"), conf));
  }

  /** On a node that is the caller's to stop. */
  static PictureStage of(Path directory, NodeProcess node) {
    return new PictureStage(directory, node);
  }

  MainstayClient client() {
    return client;
  }

  Path dataDirectory() {
    return node.dataDirectory();
  }

  /** One command against this node, run in this process: what a process of its own would do. */
  Mainstay.Result cli(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--data");
    all.add(node.dataDirectory().toString());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            Map.of(),
            directory);
    int exit = io.mainstay.runtime.cli.Mainstay.run(terminal, all.toArray(String[]::new));
    return new Mainstay.Result(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** As {@link #cli}, with {@code -o json}, which must end with that exit code. */
  JsonNode json(int exit, String... args) throws Exception {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("-o");
    all.add("json");
    Mainstay.Result result = cli(all.toArray(String[]::new));
    assertEquals(exit, result.exit(), result.toString());
    return JSON.readTree(result.out());
  }

  /** Submits, waits and answers the session; its pictures are in {@code out} of the directory. */
  JsonNode submit(int exit, String out, String template, Path input, String... params)
      throws Exception {
    return json(exit, submission(out, template, input, params));
  }

  /** As {@link #submit}; whether quality flags some of the pictures is not what is tested. */
  JsonNode submitOfAnyQuality(String out, String template, Path input, String... params)
      throws Exception {
    List<String> args = new ArrayList<>(List.of(submission(out, template, input, params)));
    args.addAll(List.of("-o", "json"));
    Mainstay.Result result = cli(args.toArray(String[]::new));
    JsonNode session = JSON.readTree(result.out());
    JsonNode degradations = session.path("degradations");
    assertEquals(degradations.isEmpty() ? 0 : 4, result.exit(), result.toString());
    for (JsonNode degradation : degradations) {
      assertTrue(degradation.asText().startsWith("pictures_flagged"), result.toString());
    }
    return session;
  }

  private String[] submission(String out, String template, Path input, String... params) {
    List<String> args =
        new ArrayList<>(List.of("submit", template, "--input", input.toString(), "--wait"));
    args.addAll(List.of("--output", directory.resolve(out).toString()));
    for (String param : params) {
      args.addAll(List.of("--param", param));
    }
    return args.toArray(String[]::new);
  }

  /** Waits until a picture of the session is being made. */
  void awaitStep(String session, int steps) {
    await("step " + steps + " of a picture")
        .atMost(BOUND)
        .pollInterval(2, TimeUnit.MILLISECONDS)
        .until(() -> client.progress(session).stream().anyMatch(batch -> batch.done() >= steps));
  }

  SessionView awaitSession(String session) throws Exception {
    return client.awaitSession(session, BOUND);
  }

  /** Who computes: pid and epoch of each device's worker. */
  List<String> workers() {
    return client.devices().stream().map(PictureStage::worker).toList();
  }

  private static String worker(DeviceView device) {
    return device.id() + " pid " + device.pid() + " epoch " + device.epoch();
  }

  /** Refused with a message that has these words and a remedy, and never a stack trace. */
  static void assertRefused(Mainstay.Result result, String... words) {
    assertTrue(result.exit() == 1 || result.exit() == 2, result.toString());
    assertEquals("", result.out(), result.toString());
    for (String word : words) {
      assertTrue(result.err().contains(word), "expected '" + word + "' in " + result);
    }
    assertTrue(result.err().contains("remedy"), result.toString());
    assertFalse(result.err().contains("\tat "), "no stack trace: " + result);
    assertFalse(result.err().contains("Exception"), "no exception name: " + result);
  }

  @Override
  public void close() {
    client.close();
    node.close();
  }
}
