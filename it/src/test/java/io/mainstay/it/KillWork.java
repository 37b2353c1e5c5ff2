package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mainstay.actors.gateway.RecoverySummary;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.client.Submission;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Transactions and sagas that are killed in the middle, one at a time. What one holds it gives back
 * at its end.
 */
enum KillWork {
  /** A saga with its two transactions, and the unload that gives both back. */
  LOAD,
  /** The saga's first step is refused. */
  LOAD_REFUSED_BY_DEVICE,
  /** The saga's first transaction is aborted. */
  LOAD_REFUSED_BY_MEMORY,
  /** The saga's last step is refused, and all are taken back. */
  LOAD_REFUSED_BY_WORKER,
  DEVICE_MEMORY,
  DEVICE_MEMORY_WITH_WORKER,
  REFUSED_DEVICE_MEMORY,
  MODEL_MEMORY,
  PROCESSING_INFERENCE,
  INFERENCE_POSTPROCESSING,
  /** A session of three batches, with the transactions in which it reserves what it needs. */
  SESSION,
  /** The worker dies, and the strategy that answers it goes from step to step. */
  RECOVERY,
  /** What a node does that finds a transaction in which not all have voted. */
  UNDECIDED_RECOVERED(DEVICE_MEMORY_WITH_WORKER, "ANSWER * Vote worker:cpu-0"),
  /** One that is decided, and nobody was told. */
  DECIDED_RECOVERED(MODEL_MEMORY, "TELL * Commit model_service"),
  /** One that is held: put in place again. */
  HELD_RECOVERED(DEVICE_MEMORY_WITH_WORKER, "WRITE * ReleaseAsked"),
  /** One that is being given back. */
  RELEASE_RECOVERED(DEVICE_MEMORY_WITH_WORKER, "TELL * Release device_service"),
  /** A load in its last step, which is taken back. */
  LOAD_RECOVERED(LOAD, "TELL * load_model_to_vram"),
  // Each cascade, asked for on a node that works and has the model: every gap between its steps.
  DEVICE_FAILURE_MEMORY_CLEANUP("device/cpu-0"),
  DISCOVERY_FAILURE_CPU_FALLBACK("device/cpu-0"),
  MEMORY_FAILURE_MODEL_UNLOAD("memory/system"),
  HOST_ALLOCATION_FAILURE_CPU_FALLBACK("memory/system"),
  MEMORY_PRESSURE_PROACTIVE_CLEANUP("device/cpu-0"),
  MODEL_FAILURE_PROCESSING_ABORT("model/" + KillWork.MODEL),
  MODEL_CACHE_CORRUPTION_REBUILD("model/" + KillWork.MODEL),
  ORCHESTRATION_FAILURE_RESTART("processing"),
  SESSION_CORRUPTION_CLEANUP("processing"),
  BATCH_DEADLOCK_QUEUE_RESET("processing"),
  ALLOCATION_CONFLICT_PRIORITY_RESOLUTION("device/cpu-0"),
  INFERENCE_ENGINE_FAILURE_RESTART("inference/cpu-0"),
  INFERENCE_CORRUPTION_ISOLATION("inference/cpu-0"),
  POSTPROCESSING_ENGINE_FAILURE_RESTART("postprocessing"),
  COMMUNICATION_FAILURE_RECONNECTION("processing");

  /** The smallest model that there is. */
  static final String MODEL = "all-minilm-l6-v2-q";

  static final String DEVICE = "cpu-0";

  /** Embeddings that each session makes. */
  static final int SESSION_DOCUMENTS = 3;

  /** The newest recoveries that are looked at: more than one work makes. */
  static final int RECOVERIES = 20;

  private static final String MODEL_MEMORY_OPERATION = "atomic_model_memory_loading";
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final KillWork first;
  private final String diesAt;
  private final String subject;

  KillWork() {
    this(null, "", "");
  }

  KillWork(KillWork first, String diesAt) {
    this(first, diesAt, "");
  }

  /** A cascade of that name. */
  KillWork(String subject) {
    this(null, "", subject);
  }

  KillWork(KillWork first, String diesAt, String subject) {
    this.first = first;
    this.diesAt = diesAt;
    this.subject = subject;
  }

  boolean isCascade() {
    return !subject.isEmpty();
  }

  /** Where the node dies before this work, which is what its successor does then. */
  Optional<Death> death() {
    return first == null
        ? Optional.empty()
        : Optional.of(new Death(first, new KillPoint(diesAt, 1)));
  }

  /** A death of a node that is no trial itself. */
  record Death(KillWork work, KillPoint point) {}

  /** The same state each time, so that it passes the same points. */
  void prepare(MainstayClient client) {
    // A load that was refused is refused at once for a while, unless models are looked at again.
    client.rescanModels(BOUND);
    boolean needed =
        isCascade()
            || this == PROCESSING_INFERENCE
            || this == INFERENCE_POSTPROCESSING
            || this == SESSION;
    if (needed && !loaded(client)) {
      client.loadModel(MODEL, DEVICE, BOUND);
    } else if (!needed && loaded(client)) {
      client.unloadModel(MODEL, "");
    }
    switch (this) {
      case LOAD_REFUSED_BY_DEVICE -> reserve(client, "64MiB", false);
      case LOAD_REFUSED_BY_MEMORY -> begin(client, MODEL_MEMORY_OPERATION, model("232MiB"));
      case LOAD_REFUSED_BY_WORKER -> NodeFaults.refuseNextLoad(client, DEVICE);
      default -> {
        // It needs nothing.
      }
    }
  }

  /** Runs it to its end, whatever that is. */
  void run(MainstayClient client) {
    switch (this) {
      case LOAD -> {
        client.loadModel(MODEL, DEVICE, BOUND);
        client.unloadModel(MODEL, "");
      }
      case LOAD_REFUSED_BY_DEVICE, LOAD_REFUSED_BY_MEMORY, LOAD_REFUSED_BY_WORKER -> {
        try {
          client.loadModel(MODEL, DEVICE, BOUND);
        } catch (RequestRefusedException expected) {
          assertFalse(expected.code().isEmpty());
        }
      }
      case DEVICE_MEMORY -> end(client, reserve(client, "32MiB", false));
      case DEVICE_MEMORY_WITH_WORKER -> end(client, reserve(client, "32MiB", true));
      case REFUSED_DEVICE_MEMORY -> end(client, reserve(client, "900GiB", true));
      case MODEL_MEMORY -> end(client, begin(client, MODEL_MEMORY_OPERATION, model("32MiB")));
      case PROCESSING_INFERENCE ->
          end(
              client,
              begin(
                  client,
                  "atomic_processing_inference",
                  Map.of("memory", "1MiB", "gpu_allocation", DEVICE, "model_requirements", MODEL)));
      case INFERENCE_POSTPROCESSING ->
          end(
              client,
              begin(
                  client,
                  "atomic_inference_postprocessing",
                  Map.of(
                      "device_id", DEVICE,
                      "model_requirements", MODEL,
                      "processing_sequence", "safety_check,format_conversion")));
      case SESSION -> session(client);
      case RECOVERY -> recovery(client);
      case UNDECIDED_RECOVERED,
          DECIDED_RECOVERED,
          HELD_RECOVERED,
          RELEASE_RECOVERED,
          LOAD_RECOVERED ->
          new Aftermath(client).settledAndGivenBack();
      default -> client.recoveries().begin(name().toLowerCase(Locale.ROOT), subject);
    }
  }

  private static void session(MainstayClient client) {
    try {
      Path input = Files.createTempDirectory("session").resolve("lines.txt");
      Corpus.write(input, Corpus.documents(SESSION_DOCUMENTS, 7));
      client.awaitSession(
          client.submit(Submission.of("text-embedding", input).with("batch-size", "1")), BOUND);
    } catch (IOException | TimeoutException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static void recovery(MainstayClient client) {
    Set<String> before = recoveries(client).collect(Collectors.toSet());
    try {
      WorkerProcesses.signal(client.devices().get(0).pid(), "KILL");
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
    await("a recovery has begun")
        .atMost(BOUND)
        .until(() -> recoveries(client).anyMatch(id -> !before.contains(id)));
  }

  private static Stream<String> recoveries(MainstayClient client) {
    return client.recoveries().newest(RECOVERIES).recoveries().stream()
        .map(RecoverySummary::recoveryId)
        .filter(id -> !id.isEmpty());
  }

  /** Whether the model is on the device. */
  static boolean loaded(MainstayClient client) {
    return client.devices().get(0).models().contains(MODEL);
  }

  /** A reservation of the device and of its memory, by an operator. */
  static TransactionView reserve(MainstayClient client, String bytes, boolean withWorker) {
    Map<String, String> params = new HashMap<>();
    params.put("device_id", DEVICE);
    params.put("operation_type", "exclusive");
    params.put("estimated_duration", "1h");
    params.put("allocation_size", bytes);
    params.put("with_worker", withWorker ? "yes" : "no");
    return begin(client, "atomic_device_memory_allocation", params);
  }

  /** Gives back what is held, if it is held. */
  static void end(MainstayClient client, TransactionView begun) {
    if (begun.state().equals("committed")) {
      client.releaseTransaction(begun.transactionId());
    }
  }

  private static TransactionView begin(
      MainstayClient client, String operation, Map<String, String> params) {
    return client.runTransaction(operation, params, BOUND);
  }

  private static Map<String, String> model(String bytes) {
    return Map.of("model_id", MODEL, "target_device", DEVICE, "reservation_size", bytes);
  }
}
