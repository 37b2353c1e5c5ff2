package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.mainstay.persistence.serialization.WireMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What clients and nodes say to each other about reviews has the names and fields that clients of
 * earlier versions know: one message a line in {@code golden/review-messages.jsonl}. Lines are only
 * added; fields of a line only grow.
 */
class ReviewMessagesTest {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
  private static final GatewayReply.ReviewView REVIEW =
      new GatewayReply.ReviewView(
          "R1",
          "S1",
          7,
          "rejected",
          "approved",
          List.of("because"),
          0.02,
          9.5,
          "v2.1",
          "ef",
          5120,
          "a red triangle",
          Instant.parse("2026-11-21T20:15:30.125Z"),
          Instant.parse("2026-11-21T20:16:30.125Z"),
          "client",
          "harmless");

  private static final List<WireMessage> MESSAGES =
      List.of(
          new GatewayRequest.ListReviews(true, 20, 10),
          new GatewayRequest.GetReview("R1"),
          new GatewayRequest.DecideReview("R1", "approve", "harmless"),
          new GatewayRequest.FetchReview("R1", 131072),
          new GatewayRequest.RequeueReviews("S1"),
          new GatewayReply.Reviews(2, 1, List.of(REVIEW)),
          new GatewayReply.Reviewed(REVIEW, "it goes out"),
          new GatewayReply.Requeued(3));

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
    for (int i = 0; i < MESSAGES.size(); i++) {
      WireMessage message = MESSAGES.get(i);
      Class<?> family =
          message instanceof GatewayRequest ? GatewayRequest.class : GatewayReply.class;
      assertEquals(message, JSON.readValue(lines.get(i), family));
    }
  }

  private static String golden() throws IOException {
    try (InputStream in =
        ReviewMessagesTest.class.getResourceAsStream("/golden/review-messages.jsonl")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
