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
 * it goes on with what answers that.
 */
class DiscoveryIT {
  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void aNodeWithoutAnyDevice_endsWithTheReason_andTheNextStartRecoversFromIt() throws Exception {
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
      RecoveryJournal recoveries = new RecoveryJournal(client);
      for (String name :
          new String[] {"discovery_failure_cpu_fallback", "device_discovery_recovery"}) {
        RecoveryJournal.Ended ended = recoveries.awaitEnded(name, chain.escalatedId());
        assertEquals("RECOVERED", ended.end(), ended.toString());
      }
      Path input = Corpus.write(directory.resolve("input.txt"), Corpus.documents(8, 3));
      String session = client.submit(Submission.of("text-embedding", input));
      assertEquals("completed", client.awaitSession(session, BOUND).state());
    }
  }
}
