package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One document crashes every worker that sees it. */
class PoisonIT {
  private static final int DOCUMENTS = 64;
  private static final int CULPRIT = 37;

  /** Token id of "saxophone" in MiniLM's vocabulary; no other document has the word. */
  private static final long SAXOPHONE = 8283;

  @TempDir Path directory;

  @Test
  void poisonDocument_endsInTheDeadLetters_andAllOthersFinish() throws Exception {
    List<String> documents = Corpus.documents(DOCUMENTS, 7);
    documents.set(CULPRIT, "He plays the saxophone at night.");
    Path input = Corpus.write(directory.resolve("input.txt"), documents);
    try (NodeProcess node =
            NodeProcess.start(
                directory.resolve("data"), "mainstay.device.worker.fault-injection = on");
        MainstayClient client = node.client()) {
      byte[] marker =
          ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(SAXOPHONE).array();
      for (String device : List.of("cpu-0", "cpu-1")) {
        GatewayReply armed =
            client
                .ask(
                    new GatewayRequest.InjectFault(
                        device, "crash", "next-inference", 0, marker, true))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        assertEquals(new GatewayReply.FaultArmed(), armed);
      }

      String session = client.submit(Submission.of("text-embedding", input));
      SessionView view = client.awaitSession(session, Duration.ofSeconds(120));

      assertEquals("completed", view.state(), view.toString());
      assertEquals(List.of(CULPRIT), view.poisoned());
      assertEquals(DOCUMENTS - 1, view.embedded());
      Path out = directory.resolve("out");
      client.fetch(session, out);
      Embeddings.assertExactly(
          Embeddings.indexes(DOCUMENTS, CULPRIT), out.resolve("embeddings.jsonl"));

      GatewayReply.DeadLetters letters =
          (GatewayReply.DeadLetters)
              client
                  .ask(new GatewayRequest.ListDeadLetters(10))
                  .toCompletableFuture()
                  .get(10, TimeUnit.SECONDS);
      assertEquals(1, letters.deadLetters().size(), letters.toString());
      assertEquals(session, letters.deadLetters().get(0).sessionId());
      assertEquals(CULPRIT, letters.deadLetters().get(0).index());

      Mainstay.Result shown =
          Mainstay.run(
              "sessions", session, "--data", node.dataDirectory().toString(), "-o", "json");
      assertEquals(0, shown.exit(), shown.toString());
      assertTrue(shown.out().contains("" + CULPRIT), shown.out());
    }
  }
}
