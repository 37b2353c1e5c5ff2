package io.mainstay.runtime.chaos;

import io.mainstay.actors.gateway.MemoryLedgerView;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import io.mainstay.runtime.cli.CliFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Memory and devices that are set aside by transactions, more of them than others can do without.
 */
final class MemoryCausers {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String COMMITTED = "committed";
  private static final String RESERVATION = "atomic_model_memory_loading";
  private static final String MODEL = "all-minilm-l6-v2-q";
  private static final String LOADED = "upscaler-shapes";
  private static final long SMALL_BYTES = 1L << 20;

  /** Of the largest heap: more than half of what pictures may have. */
  private static final double HEAP_SHARE = 0.3;

  /** From so much on memory is exhausted: mainstay.memory.pressure.critical-at. */
  private static final double EXHAUSTED = 0.95;

  /** By which a worker grows between two reports. */
  private static final long SLACK_BYTES = 4L << 20;

  private MemoryCausers() {}

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

  /** So much of the device's memory is set aside that this share of it is in use. */
  static Causer fill(double share) {
    return (stage, device) -> {
      MemoryLedgerView ledger = ledger(stage, device);
      long wanted = (long) (share * ledger.budgetBytes()) - ledger.reservedBytes();
      return wanted <= 0 ? Instant.now() : setAside(stage, device, wanted);
    };
  }

  /** So much of the device's memory is set aside that the rest is less than a twentieth. */
  static Instant exhaust(ChaosStage stage, String device) {
    MemoryLedgerView ledger = ledger(stage, device);
    long most = most(ledger);
    if (ledger.reservedBytes() + most < EXHAUSTED * ledger.budgetBytes()) {
      throw CliFailure.failed(
          "the worker of %s has %d bytes, too many to hold all that its ledger would give"
              .formatted(device, ledger.residentBytes()),
          "see `mainstay memory`");
    }
    return setAside(stage, device, most);
  }

  /** All of the device's memory that can be had is set aside. */
  static Instant fillUp(ChaosStage stage, String device) {
    return setAside(stage, device, most(ledger(stage, device)));
  }

  /** Neither the ledger nor its worker has more. */
  private static long most(MemoryLedgerView ledger) {
    return Math.min(
        ledger.freeBytes(), ledger.budgetBytes() - ledger.residentBytes() - SLACK_BYTES);
  }

  /** Bytes of the device that its ledger would give. */
  static long freeBytes(ChaosStage stage, String device) {
    return ledger(stage, device).freeBytes();
  }

  /** So much is asked for again and again, until a worker with much of its own refuses. */
  static Instant askUntilRefused(ChaosStage stage, String device, long bytes) {
    long end = System.nanoTime() + BOUND.toNanos();
    Instant at = Instant.now();
    while (reserve(stage, device, bytes).state().equals(COMMITTED)) {
      free(stage, device);
      if (System.nanoTime() - end >= 0) {
        throw CliFailure.failed(
            "the worker of " + device + " holds all that is asked of it", "see `mainstay memory`");
      }
      at = Instant.now();
    }
    return at;
  }

  private static MemoryLedgerView ledger(ChaosStage stage, String device) {
    stage.serving(device);
    return stage.client().memory().stream()
        .filter(ledger -> ledger.name().equals(device))
        .findFirst()
        .orElseThrow(
            () -> CliFailure.failed(device + " has no memory ledger", "see `mainstay memory`"));
  }

  private static Instant setAside(ChaosStage stage, String device, long bytes) {
    Instant at = Instant.now();
    TransactionView asked = reserve(stage, device, bytes);
    if (!asked.state().equals(COMMITTED)) {
      throw CliFailure.failed(
          "%d bytes of %s could not be set aside: %s".formatted(bytes, device, asked.state()),
          "see `mainstay transactions show " + asked.transactionId() + "`");
    }
    return at;
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
    TransactionView first = run(stage, operation, asked);
    if (!first.state().equals(COMMITTED)) {
      throw CliFailure.failed(
          "the first claim was refused: " + first, "see `mainstay transactions`");
    }
    Instant at = Instant.now();
    TransactionView second = run(stage, operation, asked);
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
    for (String transactionId : stage.setAside()) {
      if (stage.client().transaction(transactionId).state().equals(COMMITTED)) {
        stage.client().releaseTransaction(transactionId);
      }
      stage.setAside().remove(transactionId);
    }
  }

  private static TransactionView reserve(ChaosStage stage, String device, long bytes) {
    return run(
        stage,
        RESERVATION,
        Map.of(
            "model_id", MODEL,
            "target_device", device,
            "reservation_size", Long.toString(bytes)));
  }

  /** What it holds is known, to be given back. */
  private static TransactionView run(
      ChaosStage stage, String operation, Map<String, String> asked) {
    TransactionView done = stage.client().runTransaction(operation, asked, BOUND);
    if (done.state().equals(COMMITTED)) {
      stage.setAside().add(done.transactionId());
    }
    return done;
  }
}
