package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.mainstay.persistence.serialization.WireMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What clients and nodes say to each other about memory has the names and fields that clients of
 * earlier versions know: one message a line in {@code golden/memory-messages.jsonl}. Lines are only
 * added; fields of a line only grow.
 */
class MemoryMessagesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<WireMessage> MESSAGES =
      List.of(
          new GatewayRequest.ListMemory(20),
          new GatewayReply.Memory(
              List.of(
                  new MemoryLedgerView(
                      "cpu-0",
                      2147483648L,
                      1073741824L,
                      1610612736L,
                      536870912L,
                      0.75,
                      "moderate",
                      104857600L,
                      List.of(
                          new MemoryLedgerView.Holder("model", "all-minilm-l6-v2-q", 60000000L),
                          new MemoryLedgerView.Holder("worker", "3/growth", 5242880L)),
                      4)),
              true));

  @Test
  void messages_areWrittenAsTheyWere() throws IOException {
    StringBuilder written = new StringBuilder();
    for (WireMessage message : MESSAGES) {
      written.append(JSON.writeValueAsString(message)).append('\n');
    }
    assertEquals(golden(), written.toString());
  }

  @Test
  void messages_asTheyWere_areRead() throws IOException {
    List<String> lines = golden().lines().toList();
    assertEquals(MESSAGES.size(), lines.size());
    for (int i = 0; i < MESSAGES.size(); i++) {
      WireMessage message = MESSAGES.get(i);
      Class<?> family =
          message instanceof GatewayRequest ? GatewayRequest.class : GatewayReply.class;
      assertEquals(message, JSON.readValue(lines.get(i), family));
    }
  }

  @Test
  void messages_asAClientOfANodeSendsThem_surviveTheWire() {
    ActorTestKit kit =
        ActorTestKit.create(
            "wire",
            ConfigFactory.parseResources("mainstay-transport.conf")
                .withFallback(ConfigFactory.load()));
    try {
      ActorRef<GatewayReply> client = kit.<GatewayReply>createTestProbe().getRef();
      for (WireMessage message : MESSAGES) {
        Object sent =
            message instanceof GatewayRequest request
                ? new GatewayCall("t", request, client)
                : message;
        kit.serializationTestKit().verifySerialization(sent, true);
      }
    } finally {
      kit.shutdownTestKit();
    }
  }

  private static String golden() throws IOException {
    try (InputStream in =
        MemoryMessagesTest.class.getResourceAsStream("/golden/memory-messages.jsonl")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
