package io.mainstay.runtime.bench;

import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Pictures the way users get them: an accepted, journaled session. */
final class SupervisedPictures {
  private final MainstayClient client;
  private final Path scratch;
  private final BenchSettings settings;
  private final ImageBench.Order order;

  SupervisedPictures(
      MainstayClient client, Path scratch, BenchSettings settings, ImageBench.Order order) {
    this.client = client;
    this.scratch = scratch;
    this.settings = settings;
    this.order = order;
  }

  /** Makes them and answers the session's times. */
  SessionTiming make(List<String> prompts) throws IOException {
    return SessionTiming.await(
        client, submit(prompts, order.steps()), prompts.size(), settings.sessionBound());
  }

  /** Makes them and answers their PNG files, in order. */
  List<byte[]> files(List<String> prompts) throws IOException {
    String id = submit(prompts, order.steps());
    SessionTiming.await(client, id, prompts.size(), settings.sessionBound());
    Path directory = Files.createTempDirectory(scratch, "pictures-");
    List<Path> files =
        client.fetch(id, directory).files().stream()
            .filter(file -> file.toString().endsWith(".png"))
            .sorted()
            .toList();
    return files.stream().map(SupervisedPictures::bytes).toList();
  }

  /** Submits and does not wait. */
  String submit(List<String> prompts, int steps) throws IOException {
    Path input = Files.createTempFile(scratch, "prompts-", ".txt");
    Files.write(input, prompts);
    return client.submit(
        Submission.of("text-to-image", input)
            .with("model", order.model())
            .with("steps", Integer.toString(steps))
            .with("batch-size", Integer.toString(order.batch())));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
