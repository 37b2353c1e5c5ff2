package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The four atomic operations of a real node, as an operator runs them. */
class TransactionIT {
  private static final String DEVICE_MEMORY = "atomic_device_memory_allocation";
  private static final String MODEL_MEMORY = "atomic_model_memory_loading";
  private static final String PROCESSING_INFERENCE = "atomic_processing_inference";
  private static final String INFERENCE_POSTPROCESSING = "atomic_inference_postprocessing";
  private static final String PICTURES = "shapes-64-small";
  private static final String SAFETY = "safety-signs";
  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir static Path directory;
  private static PictureStage stage;

  @BeforeAll
  static void start() throws Exception {
    stage = PictureStage.start(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    assertNothingIsHeld();
    stage.close();
    Mainstay.assertJournalIntact(directory.resolve("data"));
  }

  @Test
  void deviceAndMemory_areHeldTogether_orNeither() throws Exception {
    JsonNode held =
        run(
            0,
            DEVICE_MEMORY,
            "device_id=cpu-0",
            "operation_type=exclusive",
            "estimated_duration=10m",
            "allocation_size=1GB");

    assertVotes(
        held, Map.of("device_service", "cpu-0_allocation", "memory_service", lock(1L << 30)));
    assertEquals(held, stage.json(0, "transactions", "show", id(held)));
    assertEquals(1L << 30, inLedger("cpu-0", id(held)));
    assertAborted(
        "device_reserved",
        run(1, DEVICE_MEMORY, "device_id=cpu-0", "allocation_size=1MB"),
        "device_service");
    assertEquals(
        384, stage.client().infer("all-minilm-l6-v2-q", "goes past it").embedding().size());

    release(held);
    assertEquals(0, inLedger("cpu-0", id(held)));
    JsonNode loading =
        run(0, DEVICE_MEMORY, "device_id=cpu-0", "allocation_size=1GB", "estimated_duration=10m");
    release(loading);
    // Released by somebody before is released.
    release(loading);
  }

  /** Bytes that the transaction has of that memory, as the command line shows them. */
  private static long inLedger(String memory, String transactionId) throws Exception {
    for (JsonNode ledger : stage.json(0, "memory").get("ledgers")) {
      if (ledger.get("name").asText().equals(memory)) {
        for (JsonNode holder : ledger.get("holders")) {
          if (holder.get("name").asText().equals(transactionId)) {
            assertEquals("transaction", holder.get("kind").asText());
            return holder.get("bytes").asLong();
          }
        }
      }
    }
    return 0;
  }

  @Test
  void deviceAndMemory_thatCannotBeHad_leaveNothing() throws Exception {
    assertAborted(
        "", run(1, DEVICE_MEMORY, "device_id=cpu-1", "allocation_size=64GB"), "memory_service");
    assertAborted("", run(1, DEVICE_MEMORY, "device_id=cpu-7", "allocation_size=1MB"), "");
    assertAborted(
        "invalid_parameter",
        run(1, DEVICE_MEMORY, "device_id=cpu-1", "allocation_size=1MB", "operation_type=none"),
        "device_service");
    // What could be had of the first is free: otherwise it would be reserved.
    release(run(0, DEVICE_MEMORY, "device_id=cpu-1", "allocation_size=1GB"));
  }

  @Test
  void reservation_whoseTimeIsUp_isGivenBackByItself() throws Exception {
    JsonNode held =
        run(
            0,
            DEVICE_MEMORY,
            "device_id=cpu-1",
            "allocation_size=1GB",
            "estimated_duration=300ms",
            "operation_type=exclusive");

    await("it is released").atMost(BOUND).until(() -> state(id(held)).equals("released"));
    release(run(0, DEVICE_MEMORY, "device_id=cpu-1", "allocation_size=1GB"));
  }

  @Test
  void modelAndMemory_keepTheModel_untilTheyAreReleased() throws Exception {
    JsonNode held =
        run(
            0,
            MODEL_MEMORY,
            "model_id=" + PICTURES,
            "target_device=cpu-1",
            "reservation_size=64MB",
            "required_space=1GB");

    assertVotes(
        held,
        Map.of(
            "model_service",
            "model_cache_" + PICTURES,
            "memory_service",
            lock(64L << 20),
            "worker:cpu-1",
            "model_loading_context"));
    assertHeldBy(id(held), PICTURES);
    PictureStage.assertRefused(stage.cli("models", "unload", PICTURES), "is in use by");
    release(held);
    assertFalse(holders(PICTURES).contains(id(held)));
  }

  @Test
  void modelAndMemory_thatCannotBeHad_leaveNothing() throws Exception {
    List<JsonNode> aborted =
        List.of(
            run(
                1,
                MODEL_MEMORY,
                "model_id=" + PICTURES,
                "target_device=cpu-1",
                "with_worker=no",
                "reservation_size=64GB"),
            run(
                1,
                MODEL_MEMORY,
                "model_id=" + PICTURES,
                "target_device=cpu-1",
                "reservation_size=1MB",
                "required_space=1"),
            run(1, MODEL_MEMORY, "model_id=nobody", "target_device=cpu-1", "reservation_size=1MB"));

    assertAborted("", aborted.get(0), "memory_service");
    assertAborted("model_larger_than_reserved", aborted.get(1), "model_service");
    assertAborted("model_unknown", aborted.get(2), "model_service");
    for (JsonNode each : aborted) {
      assertFalse(holders(PICTURES).contains(id(each)));
    }
  }

  @Test
  void processingAndInference_haveHeapAndTheModelOnItsDevice() throws Exception {
    JsonNode held =
        run(
            0,
            PROCESSING_INFERENCE,
            "session_id=proc_session_001",
            "batch_id=inf_batch_001",
            "memory=64MB",
            "gpu_allocation=cpu-1",
            "session_priority=high",
            "model_requirements=" + PICTURES + ", all-minilm-l6-v2-q");

    assertVotes(
        held,
        Map.of(
            "processing_service",
            "session_proc_session_001",
            "inference_service",
            "inference_context_inf_batch_001"));
    assertHeldBy(id(held), PICTURES);
    assertHeldBy(id(held), "all-minilm-l6-v2-q");
    assertTrue(stage.client().model(PICTURES).model().devices().contains("cpu-1"));
    PictureStage.assertRefused(stage.cli("models", "unload", PICTURES), "is in use by");
    release(held);
    assertFalse(holders(PICTURES).contains(id(held)));
    assertEquals(0, stage.cli("models", "unload", PICTURES).exit());
  }

  @Test
  void processingAndInference_thatCannotBeHad_leaveNothing() throws Exception {
    Map<String, JsonNode> aborted = new HashMap<>();
    aborted.put("heap_reserved", inference(1, "cpu-0", PICTURES, "64GB", "normal"));
    aborted.put("model_unknown", inference(1, "cpu-0", PICTURES + ",nobody", "1MB", "normal"));
    aborted.put("unknown", inference(1, "cpu-7", PICTURES, "1MB", "normal"));
    aborted.put("invalid_parameter", inference(1, "cpu-0", PICTURES, "1MB", "urgent"));

    for (Map.Entry<String, JsonNode> each : aborted.entrySet()) {
      assertAborted(
          each.getKey(),
          each.getValue(),
          each.getKey().contains("unknown") ? "inference_service" : "processing_service");
      assertFalse(holders(PICTURES).contains(id(each.getValue())), each.toString());
    }
  }

  @Test
  void inferenceAndPostprocessing_haveTheModelsOfTheWholeChain() throws Exception {
    JsonNode held =
        run(
            0,
            INFERENCE_POSTPROCESSING,
            "request_id=inf_req_001",
            "pipeline_id=post_pipeline_001",
            "device_id=cpu-0",
            "model_requirements=" + PICTURES,
            "processing_sequence=safety_check,upscaling,format_conversion");

    assertVotes(
        held,
        Map.of(
            "inference_service",
            "inference_context_inf_req_001",
            "postprocessing_service",
            "pipeline_post_pipeline_001"));
    assertHeldBy(id(held), PICTURES);
    assertHeldBy(id(held), SAFETY);
    release(held);
    assertFalse(holders(SAFETY).contains(id(held)));
  }

  @Test
  void inferenceAndPostprocessing_thatCannotBeHad_leaveNothing() throws Exception {
    List<String> params = List.of("device_id=cpu-0", "model_requirements=" + PICTURES);
    JsonNode chain =
        run(1, INFERENCE_POSTPROCESSING, params, "processing_sequence=safety_check,warp");
    JsonNode format = run(1, INFERENCE_POSTPROCESSING, params, "format_conversion=webp");

    for (JsonNode aborted : List.of(chain, format)) {
      assertAborted("invalid_parameter", aborted, "postprocessing_service");
      assertFalse(holders(PICTURES).contains(id(aborted)));
      assertFalse(holders(SAFETY).contains(id(aborted)));
    }
  }

  @Test
  void whatIsNoOperation_isRefused() {
    PictureStage.assertRefused(
        stage.cli("transactions", "run", "atomic_nothing"),
        "there is no atomic operation",
        DEVICE_MEMORY);
    PictureStage.assertRefused(
        stage.cli("transactions", "run", DEVICE_MEMORY, "--param", "device_id=cpu-0"),
        "allocation_size");
    PictureStage.assertRefused(
        stage.cli("transactions", "run", DEVICE_MEMORY, "--param", "allocation_size=much"),
        "device_id");
    PictureStage.assertRefused(
        stage.cli("transactions", "show", "01ARZ3NDEKTSV4RRFFQ69G5FAV"), "no transaction");
    PictureStage.assertRefused(stage.cli("transactions", "release", "nonsense"), "no transaction");
  }

  @Test
  void operatorsHoldings_areThereAgain_afterTheNodeWasKilled() throws Exception {
    JsonNode device =
        run(0, DEVICE_MEMORY, "device_id=cpu-0", "allocation_size=64MB", "estimated_duration=10m");
    JsonNode context = inference(0, "cpu-1", PICTURES, "64MB", "low");
    JsonNode chain =
        run(
            0,
            INFERENCE_POSTPROCESSING,
            "device_id=cpu-1",
            "model_requirements=" + PICTURES,
            "processing_sequence=safety_check");

    stage.close();
    stage = PictureStage.start(directory);

    await("they are put in place again")
        .atMost(BOUND)
        .untilAsserted(
            () -> {
              assertAborted(
                  "device_reserved",
                  run(1, DEVICE_MEMORY, "device_id=cpu-0", "allocation_size=1MB"),
                  "device_service");
              assertHeldBy(id(context), PICTURES);
              assertHeldBy(id(chain), SAFETY);
            });
    for (JsonNode held : List.of(device, context, chain)) {
      assertEquals("committed", state(id(held)));
      release(held);
    }
    assertNothingIsHeld();
  }

  @Test
  void session_reservesOnce_andHoldsNothingWhenItIsOver() throws Exception {
    Path input = Corpus.write(directory.resolve("lines.txt"), Corpus.documents(40, 7));
    String session =
        stage.client().submit(Submission.of("text-embedding", input).with("batch-size", "4"));
    assertEquals("completed", stage.awaitSession(session).state());

    await("what it reserved is released")
        .atMost(BOUND)
        .untilAsserted(
            () -> assertEquals(Map.of(PROCESSING_INFERENCE, "released"), ofSession(session)));
    assertFalse(holders("all-minilm-l6-v2-q").contains("context"));
  }

  @Test
  void sessionOfPictures_reservesItsChainToo() throws Exception {
    Path prompts = Prompts.write(directory.resolve("prompts.txt"), Prompts.scenes(2, 7));
    JsonNode session =
        stage.submitOfAnyQuality(
            "drawn", "text-to-image", prompts, "model=" + PICTURES, "steps=4", "seed=3");

    await("what it reserved is released")
        .atMost(BOUND)
        .untilAsserted(
            () ->
                assertEquals(
                    Map.of(PROCESSING_INFERENCE, "released", INFERENCE_POSTPROCESSING, "released"),
                    ofSession(session.path("sessionId").asText())));
    assertFalse(holders(SAFETY).contains("pipeline"));
  }

  /** State of its transactions, by operation, of which there is one each. */
  private static Map<String, String> ofSession(String session) {
    return stage.client().transactions(100).stream()
        .filter(view -> view.plan().owner().equals("session:" + session))
        .collect(Collectors.toMap(view -> view.plan().operation(), TransactionView::state));
  }

  private static JsonNode inference(
      int exit, String device, String models, String memory, String priority) throws Exception {
    return run(
        exit,
        PROCESSING_INFERENCE,
        "gpu_allocation=" + device,
        "model_requirements=" + models,
        "memory=" + memory,
        "session_priority=" + priority);
  }

  private static JsonNode run(int exit, String operation, List<String> params, String more)
      throws Exception {
    List<String> all = new ArrayList<>(params);
    all.add(more);
    return run(exit, operation, all.toArray(String[]::new));
  }

  private static JsonNode run(int exit, String operation, String... params) throws Exception {
    List<String> args = new ArrayList<>(List.of("transactions", "run", operation));
    for (String param : params) {
      args.addAll(List.of("--param", param));
    }
    return stage.json(exit, args.toArray(String[]::new));
  }

  private static void release(JsonNode held) throws Exception {
    JsonNode released = stage.json(0, "transactions", "release", id(held));
    assertEquals("released", released.path("state").asText(), released.toString());
    for (JsonNode part : released.path("participants")) {
      assertEquals("released", part.path("result").asText(), released.toString());
    }
  }

  /** Committed, each participant with its vote and its lock. */
  private static void assertVotes(JsonNode transaction, Map<String, String> locks) {
    assertEquals("committed", transaction.path("state").asText(), transaction.toString());
    Map<String, String> seen = new HashMap<>();
    for (JsonNode part : transaction.path("participants")) {
      assertEquals("vote_commit", part.path("prepareResult").asText(), part.toString());
      assertEquals("confirmed", part.path("rollbackCapability").asText(), part.toString());
      assertEquals("committed", part.path("result").asText(), part.toString());
      assertEquals(1, part.path("resourceLocks").size(), part.toString());
      seen.put(part.path("participant").asText(), part.path("resourceLocks").get(0).asText());
    }
    assertEquals(locks, seen);
  }

  /**
   * Aborted in every participant, since that one refused, with a reason.
   *
   * @param code of the reason, or empty for any
   * @param participant or empty for whoever was first
   */
  private static void assertAborted(String code, JsonNode transaction, String participant) {
    assertEquals("aborted", transaction.path("state").asText(), transaction.toString());
    assertFalse(transaction.path("message").asText().isEmpty(), transaction.toString());
    assertFalse(transaction.path("remedy").asText().isEmpty(), transaction.toString());
    assertTrue(transaction.path("code").asText().contains(code), transaction.toString());
    boolean refused = false;
    for (JsonNode part : transaction.path("participants")) {
      assertEquals("aborted", part.path("result").asText(), transaction.toString());
      refused |=
          (participant.isEmpty() || part.path("participant").asText().equals(participant))
              && part.path("prepareResult").asText().equals("vote_abort")
              && !part.path("reason").asText().isEmpty();
    }
    assertTrue(refused, transaction.toString());
  }

  private static String lock(long bytes) {
    return "vram_allocation_" + bytes;
  }

  private static String id(JsonNode transaction) {
    return transaction.path("transactionId").asText();
  }

  private static String state(String id) throws Exception {
    return stage.json(0, "transactions", "show", id).path("state").asText();
  }

  private static void assertHeldBy(String id, String model) {
    assertTrue(holders(model).contains(id), model + ": " + holders(model));
  }

  private static String holders(String model) {
    return stage.client().model(model).holders().toString();
  }

  /** Everything can be had by the next one. */
  private static void assertNothingIsHeld() throws Exception {
    MainstayClient client = stage.client();
    client
        .models()
        .forEach(
            model -> {
              String holders = holders(model.id());
              assertFalse(
                  holders.contains("transaction")
                      || holders.contains("context")
                      || holders.contains("pipeline"),
                  model.id() + ": " + holders);
            });
    for (String device : List.of("cpu-0", "cpu-1")) {
      release(
          run(
              0,
              DEVICE_MEMORY,
              "device_id=" + device,
              "operation_type=exclusive",
              "allocation_size=1536MB"));
    }
    // Of the node's -Xmx of 512 MiB some 0.4 are the batches'.
    release(inference(0, "cpu-1", "all-minilm-l6-v2-q", "180MB", "normal"));
  }
}
