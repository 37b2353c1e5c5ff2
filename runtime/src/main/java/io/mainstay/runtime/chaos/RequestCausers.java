package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.client.Submission;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import io.mainstay.runtime.cli.CliFailure;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javax.imageio.ImageIO;

/** What users ask for: too much, nonsense, poor pictures, or what somebody else has. */
final class RequestCausers {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String RESERVATION = "atomic_model_memory_loading";
  private static final String MODEL = "all-minilm-l6-v2-q";
  private static final String LOADED = "upscaler-shapes";
  private static final int TRANSACTIONS_SEEN = 200;
  private static final long SMALL_BYTES = 1L << 20;

  /** Of the largest heap: more than half of what pictures may have. */
  private static final double HEAP_SHARE = 0.3;

  /** Poor pictures that are looked at together, the node's quality-trend window. */
  private static final int TREND = 20;

  private static final int SIDE = 64;

  /** Parts of a budget that are set aside one by one. */
  private static final int PARTS = 33;

  /** So that what is left is less than the last twentieth, at which memory is exhausted. */
  private static final int FINE_PARTS = 128;

  /** The node looks at its ledgers once a second. */
  private static final Duration SAMPLED = Duration.ofMillis(2500);

  /** From so much on memory is exhausted: mainstay.memory.pressure.critical-at. */
  private static final double EXHAUSTED = 0.95;

  /** Bytes that were set aside at that time. */
  private record Aside(Instant at, long bytes) {}

  private RequestCausers() {}

  /** A parameter that means nothing. */
  static Instant nonsense(ChaosStage stage, String device) throws IOException {
    Instant at = Instant.now();
    try {
      stage.client().submit(stage.work().texts("-1"));
    } catch (RequestRefusedException expected) {
      stage.note("refused: " + expected.code() + ": " + expected.getMessage());
      return at;
    }
    throw CliFailure.failed("batch-size -1 was accepted", "report the defect");
  }

  /** More memory than any device has. */
  static Instant tooMuch(ChaosStage stage, String device) {
    Instant at = Instant.now();
    try {
      TransactionView asked = reserve(stage, device, 1L << 40);
      if (asked.state().equals("committed")) {
        stage.client().releaseTransaction(asked.transactionId());
        throw CliFailure.failed("1 TiB of " + device + " was given", "report the defect");
      }
    } catch (RequestRefusedException expected) {
      return at;
    }
    return at;
  }

  /**
   * Memory of the device is set aside until the node says that it is short.
   *
   * @param error what it says then, the pressure that follows from the share
   * @param share of the budget that is set aside at once; the rest comes by small parts, since only
   *     the node's ledger knows what its models really take
   */
  static Causer fill(ErrorNames error, double share) {
    return (stage, device) -> {
      long budget = stage.serving(device).memoryBudgetBytes();
      long declared = declared(stage, device);
      long before = stage.client().error(error.code()).faults();
      Instant at = Instant.now();
      long asked = (long) (share * budget) - declared;
      long held = declared;
      while (reserve(stage, device, asked).state().equals("committed")) {
        held += asked;
        if (stage.comesTrue(SAMPLED, () -> stage.client().error(error.code()).faults() > before)) {
          return at;
        }
        at = Instant.now();
        asked = budget / PARTS;
      }
      mustBeFull(device, held, share, budget);
      return at;
    };
  }

  /** Bytes that the models which the device has are said to take. */
  private static long declared(ChaosStage stage, String device) {
    return stage.device(device).models().stream()
        .mapToLong(model -> stage.client().model(model).model().memoryBytes())
        .sum();
  }

  /** A worker with much that no ledger knows of does not hold what the ledger would give. */
  private static void mustBeFull(String device, long held, double share, long budget) {
    if (held < share * budget) {
      throw CliFailure.failed(
          "no more than %d of the %d bytes of %s can be had".formatted(held, budget, device),
          "see `mainstay transactions`");
    }
  }

  /** All but all of the device's memory is set aside. */
  static Instant exhaust(ChaosStage stage, String device) {
    Aside aside = setAside(stage, device, () -> false);
    long budget = stage.device(device).memoryBudgetBytes();
    mustBeFull(device, declared(stage, device) + aside.bytes(), EXHAUSTED, budget);
    return aside.at();
  }

  /**
   * All the memory of the device that can be had is set aside at once. How much that is the node
   * says by what it grants: halving asks for too much a few times only, as each is an error too.
   */
  static Instant fillUp(ChaosStage stage, String device) {
    return setAside(stage, device, () -> false).at();
  }

  /** The same, until it is enough. */
  static Instant fillUp(ChaosStage stage, String device, BooleanSupplier enough) {
    return setAside(stage, device, enough).at();
  }

  private static Aside setAside(ChaosStage stage, String device, BooleanSupplier enough) {
    long budget = stage.serving(device).memoryBudgetBytes();
    long granted = 0;
    long refused = FINE_PARTS + 1;
    while (refused - granted > 1) {
      long parts = (granted + refused) / 2;
      Instant at = Instant.now();
      TransactionView asked = reserve(stage, device, budget * parts / FINE_PARTS);
      if (asked.state().equals("committed")) {
        granted = parts;
        release(stage, asked.transactionId());
      } else if (enough.getAsBoolean()) {
        return new Aside(at, 0);
      } else {
        refused = parts;
      }
    }
    Instant at = Instant.now();
    long most = budget * granted / FINE_PARTS;
    if (granted > 0 && reserve(stage, device, most).state().equals("committed")) {
      stage.note(granted + " of " + FINE_PARTS + " parts of " + budget + " bytes are set aside");
      return new Aside(at, most);
    }
    throw CliFailure.failed(
        "nothing of " + device + " could be set aside", "see `mainstay transactions`");
  }

  /** All of the device's memory is set aside, then a model is to be loaded there. */
  static Instant loadWithoutRoom(ChaosStage stage, String device) {
    unload(stage, device);
    fillUp(stage, device);
    return load(stage, device);
  }

  /** Two transactions want the same device for themselves. */
  static Instant keepTwice(ChaosStage stage, String device) {
    stage.serving(device);
    Map<String, String> asked =
        Map.of("device_id", device, "allocation_size", Long.toString(SMALL_BYTES));
    return claimedTwice(stage, TransactionPlan.DEVICE_MEMORY, asked);
  }

  /** Two transactions want heap that is there once. */
  static Instant crossClaims(ChaosStage stage, String device) {
    stage.serving(device);
    long most = (long) (Runtime.getRuntime().maxMemory() * HEAP_SHARE);
    Map<String, String> asked =
        Map.of(
            "memory", Long.toString(most), "gpu_allocation", device, "model_requirements", MODEL);
    return claimedTwice(stage, TransactionPlan.PROCESSING_INFERENCE, asked);
  }

  private static Instant claimedTwice(
      ChaosStage stage, String operation, Map<String, String> asked) {
    TransactionView first = stage.client().runTransaction(operation, asked, BOUND);
    if (!first.state().equals("committed")) {
      throw CliFailure.failed(
          "the first claim was refused: " + first, "see `mainstay transactions`");
    }
    Instant at = Instant.now();
    TransactionView second = stage.client().runTransaction(operation, asked, BOUND);
    stage.note("the second claim " + second.state());
    return at;
  }

  private static Instant load(ChaosStage stage, String device) {
    Instant at = Instant.now();
    try {
      stage.client().loadModel(LOADED, device, BOUND);
    } catch (RequestRefusedException expected) {
      stage.note("refused: " + expected.code() + ": " + expected.getMessage());
      return at;
    }
    throw CliFailure.failed(LOADED + " was loaded onto " + device, "report the defect");
  }

  private static void unload(ChaosStage stage, String device) {
    try {
      stage.client().unloadModel(LOADED, device);
    } catch (RequestRefusedException notThere) {
      stage.note("not loaded there: " + notThere.code());
    }
  }

  /** What was set aside is free again, and what was loaded meanwhile is gone. */
  static void freeAndUnload(ChaosStage stage, String device) {
    free(stage, device);
    unload(stage, device);
  }

  /** What was set aside is free again. */
  static void free(ChaosStage stage, String device) {
    for (TransactionView each : stage.client().transactions(TRANSACTIONS_SEEN)) {
      if (each.plan().owner().equals(Owners.OPERATOR) && each.state().equals("committed")) {
        stage.client().releaseTransaction(each.transactionId());
      }
    }
  }

  private static void release(ChaosStage stage, String transactionId) {
    stage.client().releaseTransaction(transactionId);
    ChaosStage.await(
        transactionId + " is released",
        BOUND,
        () -> stage.client().transaction(transactionId).state().equals("released"));
  }

  private static TransactionView reserve(ChaosStage stage, String device, long bytes) {
    return stage
        .client()
        .runTransaction(
            RESERVATION,
            Map.of(
                "model_id", MODEL,
                "target_device", device,
                "reservation_size", Long.toString(bytes)),
            BOUND);
  }

  /** A picture without any detail to enlarge. */
  static Instant poorPicture(ChaosStage stage, String device) throws IOException {
    return enhanced(stage, 1);
  }

  /** So many of them that quality has become worse on the whole. */
  static Instant poorPictures(ChaosStage stage, String device) throws IOException {
    return enhanced(stage, TREND);
  }

  /** So many good ones that quality is not bad on the whole. */
  static void goodPictures(ChaosStage stage, String device) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < TREND; i++) {
      files.add(sharp(stage.files().resolve("sharp-" + i + ".png"), i));
    }
    String session = stage.work().submit(Submission.of("image-enhance", files), TREND);
    stage.await("the pictures are done", () -> stage.client().session(session).finished());
  }

  private static Instant enhanced(ChaosStage stage, int count) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(soft(stage.files().resolve("soft-" + i + ".png"), i));
    }
    Instant at = Instant.now();
    stage.work().submit(Submission.of("image-enhance", files), count);
    return at;
  }

  /** A disc of one colour on a ground of another. */
  private static Path sharp(Path file, int number) throws IOException {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, SIDE, SIDE);
    pen.setColor(new Color(200, 20 + number % 8, 20));
    pen.fillOval(SIDE / 4, SIDE / 4, SIDE / 2, SIDE / 2);
    pen.dispose();
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }

  /** Colours that flow into each other, and no edge. */
  private static Path soft(Path file, int number) throws IOException {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    Color from = new Color(120 + number % 8, 120, 120);
    pen.setPaint(new GradientPaint(0, 0, from, SIDE, SIDE, new Color(128, 128, 128)));
    pen.fillRect(0, 0, SIDE, SIDE);
    pen.dispose();
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }
}
