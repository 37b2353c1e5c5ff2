package io.mainstay.runtime.bench;

import ai.onnxruntime.OrtException;
import com.typesafe.config.ConfigFactory;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.node.DeviceList;
import io.mainstay.runtime.node.TemporaryNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Pictures from prompts, supervised and durable, beside the same programs (tokenizer, scheduler,
 * guidance, decoder, safety check, PNG) computed by ONNX Runtime in this process; what checkpoints
 * cost; and how soon a cancel frees the device. One worker of one thread, one caller of one thread,
 * in alternating blocks.
 */
public final class ImageBench {
  private static final List<String> PROMPTS =
      List.of(
          "a red circle on a blue background",
          "a green square on a white background",
          "a white star on a purple background",
          "two black circles on a yellow background",
          "a blue diamond on an orange background",
          "three orange rings on a black background",
          "a purple cross on a green background",
          "a small red triangle on a white background");

  private static final String EVERY_STEP =
      "mainstay.processing.checkpoint { steps = 1, cost-share-max = 1 }\n";
  private static final String NEVER =
      "mainstay.processing.checkpoint { steps = 1000000, interval = 24h }\n";

  private final Terminal terminal;
  private final BenchSettings settings;
  private final Order order;

  /**
   * What is asked for.
   *
   * @param model id of a text-to-image model
   * @param steps of each picture
   * @param batch pictures that share the requests to the worker
   */
  public record Order(String model, int steps, int batch) {}

  public ImageBench(Terminal terminal, BenchSettings settings, Order order) {
    this.terminal = terminal;
    this.settings = settings;
    this.order = order;
  }

  /** Runs it. */
  public BenchDocument run() throws IOException {
    BenchDocument.Builder document = new BenchDocument.Builder("image");
    try (TemporaryNode temporary = node("");
        MainstayClient client = MainstayClient.connect(temporary.address());
        InProcessPictures direct =
            InProcessPictures.open(new BenchNode(temporary.node()), temporary.scratch(), order)) {
      SupervisedPictures supervised =
          new SupervisedPictures(client, temporary.scratch(), settings, order);
      double stepMillis = compare(document, supervised, direct);
      new CancelTimes(new BenchNode(temporary.node()), client, settings, supervised)
          .measure(document, terminal, PROMPTS, stepMillis);
      document.count("pictures", 2L * settings.imageBlocks() * settings.imageBlockPictures());
      checkpoints(document, stepMillis);
    } catch (OrtException e) {
      throw CliFailure.failed(
          "ONNX Runtime in this process failed, " + e.getMessage(), "run `mainstay doctor`", e);
    }
    return document.build((long) settings.imageBlocks() * settings.imageBlockPictures());
  }

  private static TemporaryNode node(String more) throws IOException {
    return TemporaryNode.start("image", DeviceList.hocon(1, "none") + more, List.of());
  }

  /** Both sides; answers the supervised time of a step. */
  private double compare(
      BenchDocument.Builder document, SupervisedPictures supervised, InProcessPictures direct)
      throws IOException, OrtException {
    Latencies ours = new Latencies();
    Latencies theirs = new Latencies();
    List<String> block = block();
    supervised.make(block);
    direct.make(block);
    try (ProgressLine progress = new ProgressLine(terminal, "pictures")) {
      for (int i = 0; i < settings.imageBlocks(); i++) {
        ours.recordNanos(supervised.make(block).nanos() / block.size());
        long began = System.nanoTime();
        direct.make(block);
        theirs.recordNanos((System.nanoTime() - began) / block.size());
        progress.show(i + 1, settings.imageBlocks(), "blocks of each side");
      }
    }
    document
        .figure("picture", seconds(ours, 1))
        .figure("pictureInProcess", seconds(theirs, 1))
        .figure("step", seconds(ours, order.steps()))
        .figure("stepInProcess", seconds(theirs, order.steps()))
        .ratio("picture", ours.millis(50), theirs.millis(50))
        .count("differentFiles", differences(supervised, direct));
    return ours.millis(50) / order.steps();
  }

  /** PNG files that differ between the two sides: the comparison is of the same work. */
  private static long differences(SupervisedPictures supervised, InProcessPictures direct)
      throws IOException, OrtException {
    List<byte[]> ours = supervised.files(PROMPTS);
    List<byte[]> theirs = direct.make(PROMPTS);
    long different = Math.abs(ours.size() - theirs.size());
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      different += Arrays.equals(ours.get(i), theirs.get(i)) ? 0 : 1;
    }
    return different;
  }

  /**
   * A checkpoint after every step beside none at all: what one costs, and which share of the time
   * that is at the configured spacing. A step there is one of a batch.
   */
  private void checkpoints(BenchDocument.Builder document, double stepMillis) throws IOException {
    Latencies with = new Latencies();
    Latencies without = new Latencies();
    long written = 0;
    List<String> block = block();
    try (TemporaryNode often = node(EVERY_STEP);
        TemporaryNode never = node(NEVER);
        MainstayClient oftenClient = MainstayClient.connect(often.address());
        MainstayClient neverClient = MainstayClient.connect(never.address());
        ProgressLine progress = new ProgressLine(terminal, "checkpoints")) {
      SupervisedPictures busy =
          new SupervisedPictures(oftenClient, often.scratch(), settings, order);
      SupervisedPictures idle =
          new SupervisedPictures(neverClient, never.scratch(), settings, order);
      busy.make(block);
      idle.make(block);
      for (int i = 0; i < settings.imageBlocks(); i++) {
        SessionTiming timing = busy.make(block);
        written += timing.checkpoints();
        with.recordNanos(timing.nanos());
        without.recordNanos(idle.make(block).nanos());
        progress.show(i + 1, settings.imageBlocks(), "blocks of each side");
      }
    }
    if (written == 0) {
      throw CliFailure.failed("no checkpoint was journaled", "see the node's log");
    }
    double each =
        Math.max(0, with.millis(50) - without.millis(50))
            / ((double) written / settings.imageBlocks());
    int spacing = ConfigFactory.load().getInt("mainstay.processing.checkpoint.steps");
    double batchStepMillis = stepMillis * Math.min(order.batch(), block.size());
    document
        .count("checkpoints", written)
        .figure("checkpoint", new BenchDocument.Figure(rounded(each), rounded(each), "ms"))
        .ratio("checkpointsOfStepTime", each, spacing * batchStepMillis);
  }

  private List<String> block() {
    return PROMPTS.subList(0, Math.min(PROMPTS.size(), settings.imageBlockPictures()));
  }

  private static BenchDocument.Figure seconds(Latencies pictures, int parts) {
    return new BenchDocument.Figure(
        rounded(pictures.millis(50) / parts / 1e3),
        rounded(pictures.millis(99) / parts / 1e3),
        "s");
  }

  private static double rounded(double value) {
    return Math.round(value * 1e5) / 1e5;
  }
}
