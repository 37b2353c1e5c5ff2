package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.PoisonPill;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody on the same host who has no token, but speaks the transport's protocol. */
class StrangerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  @TempDir Path directory;

  @Test
  void stranger_reachesNoActorButTheGateway_andCannotStopIt() throws Exception {
    try (NodeProcess node = NodeProcess.start(directory.resolve("data"), "");
        MainstayClient client = node.client()) {
      String address =
          new ObjectMapper()
              .readTree(Files.readString(node.dataDirectory().resolve("node.json")))
              .get("address")
              .asText();
      ActorSystem stranger =
          ActorSystem.create(
              "stranger",
              ConfigFactory.parseString(
                      "akka.actor.provider = remote\n"
                          + "akka.remote.artery.canonical { hostname = 127.0.0.1, port = 0 }")
                  .withFallback(ConfigFactory.load("mainstay-client")));
      try {
        for (String path : new String[] {"processing", "device", "log-node"}) {
          assertThrows(
              ExecutionException.class,
              () -> resolve(stranger, address, path),
              path + " answers to nobody outside");
        }
        ActorRef gateway = resolve(stranger, address, "gateway");
        gateway.tell(PoisonPill.getInstance(), ActorRef.noSender());
        gateway.tell("not even a request", ActorRef.noSender());
        // The same connection carries this question behind the two messages above.
        assertEquals(gateway, resolve(stranger, address, "gateway"));
      } finally {
        stranger.terminate();
      }
      Path input = Corpus.write(directory.resolve("input.txt"), Corpus.documents(8, 2));
      String session = client.submit(Submission.of("text-embedding", input));
      assertEquals("completed", client.awaitSession(session, Duration.ofSeconds(30)).state());
    }
  }

  private static ActorRef resolve(ActorSystem stranger, String address, String actor)
      throws Exception {
    return stranger
        .actorSelection("akka://mainstay@" + address + "/user/" + actor)
        .resolveOne(PATIENCE)
        .toCompletableFuture()
        .get(PATIENCE.toSeconds() + 1, TimeUnit.SECONDS);
  }
}
