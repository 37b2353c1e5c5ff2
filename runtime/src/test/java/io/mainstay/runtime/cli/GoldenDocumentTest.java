package io.mainstay.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.mainstay.persistence.journal.JournalFinding;
import io.mainstay.persistence.journal.Verification;
import io.mainstay.runtime.bench.BenchDocument;
import io.mainstay.runtime.chaos.ChaosDocument;
import io.mainstay.runtime.cli.document.Lists;
import io.mainstay.runtime.demo.DemoDocument;
import io.mainstay.runtime.doctor.DoctorDocument;
import io.mainstay.runtime.doctor.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What commands print that need a node, a disk or minutes, from samples of their documents. */
class GoldenDocumentTest {
  static Stream<Arguments> documents() {
    return Stream.of(
        Arguments.of(
            "demo",
            new DemoDocument(
                304, 304, 0, 0, 0, 1, 5.0, 131.0, Samples.SESSION, "/tmp/demo/embeddings.jsonl")),
        Arguments.of(
            "doctor",
            new DoctorDocument(
                false,
                List.of(
                    new Finding("java", Finding.Verdict.OK, "17.0.15", ""),
                    new Finding("disk", Finding.Verdict.WARN, "1 MiB free", "free space"),
                    new Finding("port", Finding.Verdict.FAIL, "25520 is in use", "stop it")))),
        Arguments.of(
            "bench",
            new BenchDocument(
                "recovery",
                "abc1234",
                "a processor, 2 cores, Java 17",
                400,
                Map.of("killToNoticed", new BenchDocument.Figure(1.8, 3.3, "ms")),
                Map.of("requestsLost", 0L),
                Map.of("throughput", 0.97))),
        Arguments.of(
            "bench-faults",
            new BenchDocument(
                "faults",
                "abc1234",
                "a processor, 2 cores, Java 17",
                37,
                Map.of("initiation", new BenchDocument.Figure(40, 310, "ms")),
                Map.of("catalogued", 80L),
                Map.of("successRate", 1.0),
                Map.of("pending", List.of("circuit_open", "network_partition")))),
        Arguments.of(
            "chaos",
            new ChaosDocument(
                "storm",
                7,
                "temporary",
                List.of("mainstay.modes.watch.memory = off"),
                List.of(
                    new ChaosDocument.Fault(
                        0,
                        "worker-killed",
                        "cpu-0",
                        "worker_process_died",
                        true,
                        3L,
                        40L,
                        250L,
                        "medium",
                        "infrastructure",
                        "restart-with-backoff",
                        1,
                        "killed by SIGKILL",
                        List.of(
                            new ChaosDocument.Recovery(
                                "01JD8R0V1X4",
                                "strategy",
                                "inference_engine_recovery",
                                "recovered",
                                250,
                                90_000,
                                true,
                                List.of(
                                    new ChaosDocument.Step(
                                        "clean_engine_state", true, "0 bytes reserved")))),
                        true,
                        "01JD8R0V1X5",
                        "",
                        2),
                    new ChaosDocument.Fault(
                        1,
                        "batch-hangs",
                        "cpu-1",
                        "inference_timeout_exceeded",
                        false,
                        null,
                        null,
                        null,
                        "",
                        "",
                        "",
                        0,
                        "",
                        List.of(),
                        false,
                        "",
                        "device cpu-1 does not serve",
                        1)),
                List.of(),
                List.of("device_isolation"),
                new ChaosDocument.Work(5, 480, 5, 0, 0, List.of()),
                new ChaosDocument.IntakeFigures(121, 118, 2, 0, 0, 1, 0.992, 6.5, 40.25),
                true,
                1200,
                1_048_576L,
                false)),
        Arguments.of(
            "session-fetch",
            new Lists.Fetched(
                Samples.SESSION, List.of("/tmp/embeddings.jsonl"), List.of("00003.png"))),
        Arguments.of("review-fetch", new Lists.FetchedReview("01JD8R0V1X3", "/tmp/look.png")),
        Arguments.of(
            "journal-verify",
            new Verification(
                12,
                3,
                2,
                List.of(
                    new JournalFinding(
                        JournalFinding.Kind.SEQUENCE_GAP, "Session|X", 4, "number 4 is missing")),
                false)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documents")
  void document_isAsItWas(String name, Object document) throws IOException {
    try (InputStream golden =
        GoldenDocumentTest.class.getResourceAsStream("/golden-documents/" + name + ".json")) {
      assertNotNull(golden, "no golden file for " + JsonPrinter.text(document));
      assertEquals(
          new String(golden.readAllBytes(), StandardCharsets.UTF_8),
          JsonPrinter.text(document) + "\n");
    }
  }
}
