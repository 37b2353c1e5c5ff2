package io.mainstay.actors.notification.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A signed POST of JSON for each message. Thread-safe. */
public final class WebhookDelivery implements DeliveryMethod {
  private static final int OK = 200;
  private static final int REDIRECT = 300;
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;
  private static final List<Integer> WORTH_ANOTHER = List.of(408, 425, 429);

  /** The body; names and fields only grow. */
  private record Document(
      String node, String messageId, boolean digest, List<Item> notifications) {}

  private record Item(
      String id,
      String kind,
      String severity,
      String subject,
      String title,
      String text,
      String detail,
      String at,
      String eventId,
      int escalation,
      boolean acknowledgementNeeded) {
    static Item of(Parcel parcel) {
      return new Item(
          parcel.notificationId(),
          parcel.kind(),
          parcel.severity().name().toLowerCase(Locale.ROOT),
          parcel.subject(),
          parcel.title(),
          parcel.text(),
          parcel.detail(),
          parcel.at().toString(),
          parcel.eventId(),
          parcel.level(),
          parcel.acknowledge());
    }
  }

  private final WebhookSettings settings;
  private final Duration timeout;
  private final Clock clock;
  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client;

  /**
   * @param timeout of one POST, from connecting to the answer's end
   */
  public WebhookDelivery(WebhookSettings settings, Duration timeout, Clock clock) {
    this.settings = settings;
    this.timeout = timeout;
    this.clock = clock;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(
                TrustedCertificates.context(
                    WebhookSettings.PATH + ".trusted-certificates", settings.trustedCertificates()))
            .build();
  }

  @Override
  public DeliveryOutcome deliver(Outgoing message) {
    try {
      byte[] body = body(message);
      long seconds = clock.millis() / 1_000;
      HttpRequest request =
          HttpRequest.newBuilder(settings.address())
              .timeout(timeout)
              .header("Content-Type", "application/json")
              .header("User-Agent", "mainstay")
              .header("Idempotency-Key", message.messageId())
              .header(WebhookSignature.HEADER, WebhookSignature.of(settings.key(), seconds, body))
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      int status =
          client
              .sendAsync(request, HttpResponse.BodyHandlers.discarding())
              .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
              .join()
              .statusCode();
      return outcome(status);
    } catch (CompletionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      // Without its message: that may quote the address.
      return new DeliveryOutcome.Failed(
          cause.getClass().getSimpleName() + " at " + settings.address().getHost());
    } catch (RuntimeException | JsonProcessingException broken) {
      return new DeliveryOutcome.Failed(broken.getClass().getSimpleName());
    }
  }

  private DeliveryOutcome outcome(int status) {
    if (status >= OK && status < REDIRECT) {
      return new DeliveryOutcome.Taken();
    }
    String cause = settings.address().getHost() + " answered " + status;
    boolean never =
        status >= REDIRECT
            && status < SERVER_ERROR
            && (status < CLIENT_ERROR || !WORTH_ANOTHER.contains(status));
    return never ? new DeliveryOutcome.Rejected(cause) : new DeliveryOutcome.Failed(cause);
  }

  private byte[] body(Outgoing message) throws JsonProcessingException {
    return json.writeValueAsBytes(
        new Document(
            message.node(),
            message.messageId(),
            message.digest(),
            message.parcels().stream().map(Item::of).toList()));
  }
}
