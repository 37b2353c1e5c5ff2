package io.mainstay.actors.notification.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.eventstream.EventStream;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.notification.Channel;
import io.mainstay.actors.notification.HookServer;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.Severity;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a courier makes of a service's refusals, through real servers. */
class CourierTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofHours(1);
  private static final String OLD_KEY = "the-key-that-is-over";
  private static final String NEW_KEY = "the-key-that-is-valid";
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final TestProbe<Courier.Report> reports = KIT.createTestProbe();
  private TestProbe<RecoveryCommand.RaiseFault> faults;
  @TempDir private Path home;

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void listen() {
    faults = KIT.createTestProbe();
    KIT.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(RecoveryCommand.RaiseFault.class, faults.ref()));
  }

  private static DeliverySettings settings(Duration backoff, Duration retryAfterMax) {
    return new DeliverySettings(
        100,
        Duration.ofSeconds(1),
        50,
        50,
        50,
        backoff,
        backoff.plusMillis(1),
        retryAfterMax,
        LONG,
        Duration.ofSeconds(1),
        Duration.ofSeconds(20));
  }

  private ActorRef<Courier.Command> courier(
      Channel channel, DeliverySettings settings, DeliveryMethod method) {
    return KIT.spawn(Courier.create(channel, "n1", settings, method, ForkJoinPool.commonPool()));
  }

  private WebhookDelivery hook(String url) throws IOException {
    Config config =
        ConfigFactory.parseString(
                "%s { url = \"%s\", secret-file = \"%s\" }"
                    .formatted(WebhookSettings.PATH, url, key(OLD_KEY)))
            .withFallback(ConfigFactory.load());
    return new WebhookDelivery(
        WebhookSettings.of(config, name -> null).orElseThrow(),
        () -> WebhookSettings.of(config, name -> null),
        Duration.ofSeconds(20),
        Clock.systemUTC());
  }

  private Path key(String value) throws IOException {
    Path file = home.resolve("key");
    Files.writeString(file, value + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static Courier.Take take(String id, ActorRef<Courier.Report> replyTo) {
    return new Courier.Take(
        new Parcel(
            id, 0, "worker_died", Severity.HIGH, "cpu-0", "t", "x", "", Instant.EPOCH, "e", false),
        replyTo);
  }

  /** The one fault that is raised; a delivery after it and nothing more. */
  private RecoveryCommand.RaiseFault fault(ErrorNames error, String component) {
    RecoveryCommand.RaiseFault raised = faults.receiveMessage(BOUND);
    assertEquals(error, raised.sign().error(), raised.sign().evidence());
    assertEquals(component, raised.component());
    assertFalse(raised.sign().evidence().contains("secret"), raised.sign().evidence());
    assertFalse(raised.sign().evidence().contains("the-key"), raised.sign().evidence());
    return raised;
  }

  private CourierHealth look(ActorRef<Courier.Command> courier, boolean tryNow) {
    TestProbe<CourierHealth> probe = KIT.createTestProbe();
    courier.tell(new Courier.Look(tryNow, probe.ref()));
    return probe.receiveMessage(BOUND);
  }

  private void delivered(String... ids) {
    List<String> seen =
        reports.expectMessageClass(Courier.Delivered.class, BOUND).parcels().stream()
            .map(Parcel::notificationId)
            .toList();
    assertEquals(List.of(ids), seen);
  }

  @Test
  void limited_waitsAsLongAsTheServiceSays_keepsWhatWaits_andRaisesOneFault() throws Exception {
    try (HookServer server = HookServer.started()) {
      server.answersRetryAfter(429, 1);
      ActorRef<Courier.Command> courier =
          courier(Channel.WEBHOOK, settings(Duration.ofMillis(1), LONG), hook(server.url()));
      courier.tell(take("A", reports.ref()));
      courier.tell(take("B", reports.ref()));
      String evidence = fault(ErrorNames.RATE_LIMIT, "service/webhook").sign().evidence();
      assertTrue(evidence.contains("429") && evidence.contains("1 s"), evidence);
      assertTrue(evidence.contains("worker_died about cpu-0"), evidence);
      assertEquals(2, look(courier, true).waiting(), "asked to, it tries no sooner all the same");
      server.answers(204);
      delivered("A");
      delivered("B");
      assertTrue(look(courier, false).delivers());
      List<Instant> calls = server.calls();
      for (int i = 1; i < calls.size() && calls.get(i - 1).isBefore(server.lastRefusal()); i++) {
        assertTrue(
            Duration.between(calls.get(i - 1), calls.get(i)).toMillis() >= 990, calls.toString());
      }
      faults.expectNoMessage(Duration.ofMillis(100));
    }
  }

  @Test
  void limited_waitsNoLongerThanTheSettingsAllow() throws Exception {
    try (HookServer server = HookServer.started()) {
      server.answersRetryAfter(429, 86_400);
      ActorRef<Courier.Command> courier =
          courier(
              Channel.WEBHOOK,
              settings(Duration.ofMillis(1), Duration.ofMillis(50)),
              hook(server.url()));
      courier.tell(take("A", reports.ref()));
      fault(ErrorNames.RATE_LIMIT, "service/webhook");
      server.answers(204);
      delivered("A");
    }
  }

  @Test
  void refused_readsItsKeyAgain_andGoesOnWithTheNewOne() throws Exception {
    try (HookServer server = HookServer.started()) {
      server.demands(NEW_KEY);
      WebhookDelivery hook = hook(server.url());
      ActorRef<Courier.Command> courier = courier(Channel.WEBHOOK, settings(LONG, LONG), hook);
      key(NEW_KEY);
      // With a pause of an hour only the attempt at once can deliver it.
      courier.tell(take("A", reports.ref()));
      String evidence =
          fault(ErrorNames.AUTHENTICATION_FAILURE, "service/webhook").sign().evidence();
      assertTrue(evidence.contains("401"), evidence);
      delivered("A");
      assertTrue(look(courier, false).text().contains("are others now"));
    }
  }

  @Test
  void refusedAgain_triesOnceAtOnce_thenOnlyWhenAsked() throws Exception {
    try (HookServer server = HookServer.started()) {
      server.demands(NEW_KEY);
      ActorRef<Courier.Command> courier =
          courier(Channel.WEBHOOK, settings(LONG, LONG), hook(server.url()));
      courier.tell(take("A", reports.ref()));
      fault(ErrorNames.AUTHENTICATION_FAILURE, "service/webhook");
      Awaitility.await()
          .atMost(BOUND)
          .until(() -> look(courier, false).text().contains("are the same"));
      CourierHealth refused = look(courier, false);
      assertEquals(2, server.calls().size());
      assertEquals(1, refused.waiting());
      assertFalse(refused.delivers());
      key(NEW_KEY);
      look(courier, true);
      delivered("A");
      faults.expectNoMessage(Duration.ofMillis(100));
    }
  }

  @Test
  void brokenAndUnreachable_areOneFault_andThePausesOfTheSettings() throws Exception {
    try (HookServer server = HookServer.started()) {
      server.answers(503);
      ActorRef<Courier.Command> courier =
          courier(Channel.WEBHOOK, settings(Duration.ofMillis(1), LONG), hook(server.url()));
      courier.tell(take("A", reports.ref()));
      String evidence = fault(ErrorNames.API_FAILURE, "service/webhook").sign().evidence();
      assertTrue(evidence.contains("503"), evidence);
      server.answers(204);
      delivered("A");
    }
    String gone;
    try (HookServer server = HookServer.started()) {
      gone = server.url();
    }
    ActorRef<Courier.Command> courier =
        courier(Channel.WEBHOOK, settings(Duration.ofMillis(1), LONG), hook(gone));
    courier.tell(take("B", reports.ref()));
    String evidence = fault(ErrorNames.API_FAILURE, "service/webhook").sign().evidence();
    assertTrue(evidence.contains("ConnectException"), evidence);
    reports.expectMessageClass(Courier.Abandoned.class, BOUND);
    faults.expectNoMessage(Duration.ofMillis(100));
  }

  @Test
  void courierThatTriedNothing_isNotKnownToDeliver() throws Exception {
    try (HookServer server = HookServer.started()) {
      ActorRef<Courier.Command> courier =
          courier(Channel.WEBHOOK, settings(Duration.ofMillis(1), LONG), hook(server.url()));
      CourierHealth fresh = look(courier, true);
      assertFalse(fresh.delivers());
      assertTrue(fresh.text().contains("nothing shows yet"), fresh.text());
      courier.tell(take("A", reports.ref()));
      delivered("A");
      assertTrue(look(courier, false).delivers());
    }
  }

  /** It answered, and about that message alone: what it was in trouble with before is over. */
  @Test
  void rejection_endsATrouble_andProvesNoDelivery() throws Exception {
    try (HookServer server = HookServer.started()) {
      server.answers(503);
      ActorRef<Courier.Command> courier =
          courier(Channel.WEBHOOK, settings(LONG, LONG), hook(server.url()));
      courier.tell(take("A", reports.ref()));
      fault(ErrorNames.API_FAILURE, "service/webhook");
      server.answers(400);
      look(courier, true);
      reports.expectMessageClass(Courier.Abandoned.class, BOUND);
      CourierHealth rejected = look(courier, false);
      assertEquals("", rejected.trouble());
      assertFalse(rejected.delivers());
      server.answers(204);
      courier.tell(take("B", reports.ref()));
      delivered("B");
      assertTrue(look(courier, false).delivers());
    }
  }

  @Test
  void mailServerThatIsGone_isAFaultOfItsService() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }
    EmailSettings email =
        new EmailSettings(
            "localhost",
            port,
            EmailSettings.Security.NONE,
            "",
            "",
            null,
            "mainstay@example.org",
            List.of("ops@example.org"));
    SmtpDelivery delivery =
        new SmtpDelivery(
            email, Optional::empty, Envelope.load(ConfigFactory.load()), Duration.ofSeconds(20));
    courier(Channel.EMAIL, settings(LONG, LONG), delivery).tell(take("A", reports.ref()));
    String evidence = fault(ErrorNames.API_FAILURE, "service/email").sign().evidence();
    assertTrue(evidence.contains("localhost failed"), evidence);
  }
}
