package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node none of whose devices can be brought up says so and ends; started again once they can be,
 * its journal has the fault and what was decided, and it works.
 */
class DiscoveryIT {
  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void aNodeWithoutAnyDevice_endsWithTheReason_andTheNextStartHasItInItsJournal() throws Exception {
    Path library = directory.resolve("libonnxruntime.so");
    Files.writeString(library, "this is no library");
    String conf =
        "mainstay.device.devices = [ { id = cpu-0, backend = cpu, threads = 1,"
            + " memory-budget = 512MiB, onnx-runtime = \"%s\" } ]%n".formatted(library)
            + "mainstay.device.restart.intensity = 1\n";
    try (NodeProcess node = NodeProcess.launch(directory.resolve("data"), conf)) {
      await("the node leaves").atMost(BOUND).until(() -> !node.alive());
      assertTrue(node.stderr().contains("no device could be brought up"), node.stderr());
    }
    Files.delete(library);
    Files.createSymbolicLink(
        library, Mainstay.HOME.resolve("native-worker/target/dist/lib/libonnxruntime.so"));
    try (NodeProcess node = NodeProcess.start(directory.resolve("data"), conf);
        MainstayClient client = node.client()) {
      FaultChain chain = FaultChain.awaitFirst(client, "device_discovery_failure");
      assertEquals("stop", chain.directive().get("directive").asText());
      assertTrue(
          chain.fault().get("evidence").asText().contains("no device could be brought up"),
          chain.toString());
      assertEquals(
          "device_discovery_recovery",
          chain.escalation().get("strategy").asText(),
          chain.toString());
      RecoveryJournal recoveries = new RecoveryJournal(client);
      assertEquals(
          "RECOVERED",
          recoveries.awaitEnded("device_discovery_recovery", chain.escalatedId()).end());
      Path input = Corpus.write(directory.resolve("input.txt"), Corpus.documents(8, 3));
      String session = client.submit(Submission.of("text-embedding", input));
      assertEquals("completed", client.awaitSession(session, BOUND).state());
    }
  }
}
