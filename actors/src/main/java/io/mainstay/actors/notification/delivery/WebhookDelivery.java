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
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A signed POST of JSON for each message. Thread-safe. */
public final class WebhookDelivery implements DeliveryMethod {
  private static final int OK = 200;
  private static final int REDIRECT = 300;
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;
  private static final int TOO_MANY = 429;
  private static final List<Integer> WORTH_ANOTHER = List.of(408, 425, TOO_MANY);
  private static final List<Integer> REFUSALS = List.of(401, 403, 407);

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

  private volatile WebhookSettings settings;
  private final Supplier<Optional<WebhookSettings>> source;
  private final Duration timeout;
  private final Clock clock;
  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client;

  /**
   * @param source where address and key are read again
   * @param timeout of one POST, from connecting to the answer's end
   */
  public WebhookDelivery(
      WebhookSettings settings,
      Supplier<Optional<WebhookSettings>> source,
      Duration timeout,
      Clock clock) {
    this.settings = settings;
    this.source = source;
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
    WebhookSettings now = settings;
    try {
      byte[] body = body(message);
      long seconds = clock.millis() / 1_000;
      HttpRequest request =
          HttpRequest.newBuilder(now.address())
              .timeout(timeout)
              .header("Content-Type", "application/json")
              .header("User-Agent", "mainstay")
              .header("Idempotency-Key", message.messageId())
              .header(WebhookSignature.HEADER, WebhookSignature.of(now.key(), seconds, body))
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      HttpResponse<Void> answer =
          client
              .sendAsync(request, HttpResponse.BodyHandlers.discarding())
              .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
              .join();
      return outcome(now, answer);
    } catch (CompletionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      // Without its message: that may quote the address.
      return broken(now, cause);
    } catch (RuntimeException | JsonProcessingException broken) {
      return broken(now, broken);
    }
  }

  private static DeliveryOutcome broken(WebhookSettings now, Throwable cause) {
    String name = cause.getClass().getSimpleName();
    String host = now.address().getHost();
    return new DeliveryOutcome.Failed(
        name + " at " + host, ServiceTrouble.of(ServiceTrouble.Kind.BROKEN, host, name));
  }

  @Override
  public String renew() {
    try {
      WebhookSettings fresh = source.get().orElse(null);
      if (fresh == null) {
        return "its address is not configured any more";
      }
      WebhookSettings before = settings;
      settings = fresh;
      boolean same =
          Secret.same(before.key(), fresh.key()) && Secret.same(before.url(), fresh.url());
      return same
          ? "address and key were read again from where "
              + WebhookSettings.PATH
              + " names them and are the same"
          : "address and key were read again and are others now";
    } catch (IllegalArgumentException unreadable) {
      // Its text names the setting, never the value.
      return "address and key cannot be read again: " + unreadable.getMessage();
    }
  }

  private DeliveryOutcome outcome(WebhookSettings now, HttpResponse<Void> answer) {
    int status = answer.statusCode();
    if (status >= OK && status < REDIRECT) {
      return new DeliveryOutcome.Taken();
    }
    String host = now.address().getHost();
    String cause = host + " answered " + status;
    if (REFUSALS.contains(status)) {
      return new DeliveryOutcome.Failed(
          cause, ServiceTrouble.of(ServiceTrouble.Kind.REFUSED, host, String.valueOf(status)));
    }
    boolean never =
        status >= REDIRECT
            && status < SERVER_ERROR
            && (status < CLIENT_ERROR || !WORTH_ANOTHER.contains(status));
    return never
        ? new DeliveryOutcome.Rejected(cause)
        : new DeliveryOutcome.Failed(
            cause,
            new ServiceTrouble(
                status == TOO_MANY ? ServiceTrouble.Kind.LIMITED : ServiceTrouble.Kind.BROKEN,
                host,
                String.valueOf(status),
                answer
                    .headers()
                    .firstValue("Retry-After")
                    .map(said -> RetryAfter.of(said, clock.instant()))
                    .orElse(Duration.ZERO)));
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
