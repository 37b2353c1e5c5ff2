package io.mainstay.actors.notification.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.notification.HookServer;
import io.mainstay.actors.recovery.Severity;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Webhooks, through a real HTTP server in this process. */
class WebhookDeliveryTest {
  private static final String KEY = "0123456789abcdef-key";
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private static WebhookDelivery posting(String url, Duration timeout) {
    return new WebhookDelivery(
        new WebhookSettings(Secret.of(url), Secret.of(KEY), ""),
        Optional::empty,
        timeout,
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static Outgoing message() {
    return new Outgoing(
        "n1",
        List.of(
            new Parcel(
                "N1",
                1,
                "worker_died",
                Severity.MEDIUM,
                "cpu-0",
                "It \"died\"",
                "Gone.",
                "",
                NOW,
                "E1",
                true)));
  }

  @Test
  void post_hasTheNotification_andASignatureThatOnlyTheKeyMakes() throws Exception {
    try (HookServer server = HookServer.started()) {
      assertInstanceOf(
          DeliveryOutcome.Taken.class,
          posting(server.url(), Duration.ofSeconds(20)).deliver(message()));
      HookServer.Post post = server.posts().get(0);
      assertEquals("application/json", post.contentType());
      assertEquals("N1.1", post.idempotencyKey());
      JsonNode document = new ObjectMapper().readTree(post.body());
      assertEquals("n1", document.get("node").asText());
      assertFalse(document.get("digest").asBoolean());
      JsonNode item = document.get("notifications").get(0);
      assertEquals("It \"died\"", item.get("title").asText());
      assertEquals("medium", item.get("severity").asText());
      assertEquals(1, item.get("escalation").asInt());
      // As a receiver does it.
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      String signed = NOW.getEpochSecond() + "." + post.body();
      String expected =
          HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
      assertEquals("t=" + NOW.getEpochSecond() + ",v1=" + expected, post.signature());
    }
  }

  @Test
  void answers_decideWhetherItIsTriedAgain_andNeverQuoteTheAddress() throws Exception {
    try (HookServer server = HookServer.started()) {
      WebhookDelivery delivery = posting(server.url(), Duration.ofSeconds(20));
      for (int status : List.of(401, 403, 408, 425, 429, 500, 502, 503)) {
        server.answers(status);
        DeliveryOutcome.Failed failed =
            assertInstanceOf(
                DeliveryOutcome.Failed.class, delivery.deliver(message()), "" + status);
        assertTrue(failed.cause().endsWith("answered " + status), failed.cause());
        assertFalse(failed.cause().contains("secret"), failed.cause());
      }
      for (int status : List.of(301, 302, 400, 404, 410)) {
        server.answers(status);
        DeliveryOutcome.Rejected rejected =
            assertInstanceOf(
                DeliveryOutcome.Rejected.class, delivery.deliver(message()), "" + status);
        assertFalse(rejected.cause().contains("secret"), rejected.cause());
      }
    }
  }

  @Test
  void serverThatIsDown_orNeverAnswers_isWorthAnotherAttempt() throws Exception {
    String url;
    try (HookServer server = HookServer.started()) {
      url = server.url();
    }
    DeliveryOutcome.Failed down =
        assertInstanceOf(
            DeliveryOutcome.Failed.class, posting(url, Duration.ofSeconds(20)).deliver(message()));
    assertFalse(down.cause().contains("secret"), down.cause());
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      DeliveryOutcome outcome =
          posting("http://127.0.0.1:" + silent.getLocalPort() + "/", Duration.ofMillis(300))
              .deliver(message());
      assertInstanceOf(DeliveryOutcome.Failed.class, outcome);
    }
  }
}
