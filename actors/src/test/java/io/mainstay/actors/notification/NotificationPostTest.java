package io.mainstay.actors.notification;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.ServerSetup;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.notification.delivery.DeliveryMethod;
import io.mainstay.actors.notification.delivery.Envelope;
import io.mainstay.actors.notification.delivery.SmtpDelivery;
import io.mainstay.actors.notification.delivery.WebhookDelivery;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.history.FaultEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.notification.Notification;
import io.mainstay.persistence.notification.NotificationBounds;
import io.mainstay.persistence.notification.NotificationEvent;
import io.mainstay.persistence.notification.NotificationState;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole post with its desk and couriers, a journal in memory, and real servers. */
class NotificationPostTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String ID = NotificationState.TYPE + "|n1";
  private static final String QUICK =
      """
      mainstay.notifications {
        delivery { backoff-min = 20ms, backoff-max = 100ms, look-interval = 100ms, timeout = 10s }
        repeat-window = 200ms
        journal-patience = 200ms
        administrator-alerts.severity-min = medium
      }
      """;
  private ActorTestKit kit;
  private PersistenceTestKit journal;
  private MailServer mail;
  private HookServer hook;
  private TestProbe<AlertCommand> alerts;

  @BeforeEach
  void start() throws Exception {
    kit =
        ActorTestKit.create(
            "notifications",
            PersistenceTestKitPlugin.getInstance()
                .config()
                .withFallback(PersistenceTestKitSnapshotPlugin.config())
                .withFallback(
                    ConfigFactory.parseString("akka.persistence.testkit.events.serialize = off"))
                .withFallback(ConfigFactory.load()));
    journal = PersistenceTestKit.create(kit.system());
    mail = new MailServer(ServerSetup.PROTOCOL_SMTP);
    hook = HookServer.started();
    alerts = kit.createTestProbe();
  }

  @AfterEach
  void end() {
    kit.shutdownTestKit();
    mail.close();
    hook.close();
  }

  private ActorRef<NotificationCommand> post(String more) {
    Config config =
        ConfigFactory.parseString(
                more
                    + "\nmainstay.notifications { email { host = 127.0.0.1, security = none,"
                    + " from = \"n1@example.org\", to = [\"ops@example.org\"], port = "
                    + mail.port()
                    + " }, webhook { url = \""
                    + hook.url()
                    + "\", secret-env = KEY } }")
            .withFallback(ConfigFactory.parseString(QUICK))
            .withFallback(ConfigFactory.load());
    NotificationSettings settings = NotificationSettings.of(config, name -> "k".repeat(20));
    Map<Channel, DeliveryMethod> methods = new EnumMap<>(Channel.class);
    methods.put(
        Channel.EMAIL,
        new SmtpDelivery(
            settings.email().orElseThrow(),
            settings::email,
            Envelope.load(config),
            settings.delivery().timeout()));
    methods.put(
        Channel.WEBHOOK,
        new WebhookDelivery(
            settings.webhook().orElseThrow(),
            settings::webhook,
            settings.delivery().timeout(),
            Clock.systemUTC()));
    ActorRef<NotificationCommand> post =
        kit.spawn(
            NotificationPost.create(
                new NotificationPost.Parts(
                    "n1",
                    settings,
                    NotificationBounds.of(config),
                    NotificationTemplates.load(config),
                    methods,
                    new RestartSettings(
                        5,
                        Duration.ofSeconds(60),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        0,
                        1_000),
                    EventStamper.system(),
                    Clock.systemUTC())));
    post.tell(new NotificationCommand.AlertsAre(alerts.ref()));
    return post;
  }

  private static NotificationCommand died(String device, Severity severity) {
    return new NotificationCommand.Notify(
        NotificationKind.WORKER_DIED,
        severity,
        device,
        Words.of(Placeholder.DEVICE, device).and(Placeholder.DEATH_CAUSE, "killed"),
        null);
  }

  private List<Notification> all(ActorRef<NotificationCommand> post) {
    return AskPattern.<NotificationCommand, NotificationCommand.Page>ask(
            post,
            to -> new NotificationCommand.ListNotifications(false, 0, 50, to),
            BOUND,
            kit.system().scheduler())
        .toCompletableFuture()
        .join()
        .notifications();
  }

  private List<NotificationLine> lines(ActorRef<NotificationCommand> post) {
    return AskPattern.<NotificationCommand, NotificationCommand.Lines>ask(
            post,
            to -> new NotificationCommand.GetLines(0, 1_000, to),
            BOUND,
            kit.system().scheduler())
        .toCompletableFuture()
        .join()
        .lines();
  }

  private Notification acknowledge(ActorRef<NotificationCommand> post, String id) {
    Function<ActorRef<StatusReply<Notification>>, NotificationCommand> ask =
        to -> new NotificationCommand.Acknowledge(id, "alice", "on it", to);
    return AskPattern.<NotificationCommand, Notification>askWithStatus(
            post, ask::apply, BOUND, kit.system().scheduler())
        .toCompletableFuture()
        .join();
  }

  private List<NotificationEvent> events() {
    return journal.persistedInStorage(ID).stream().map(NotificationEvent.class::cast).toList();
  }

  private <E extends NotificationEvent> long count(Class<E> type) {
    return events().stream().filter(type::isInstance).count();
  }

  private void untilSettled(ActorRef<NotificationCommand> post) {
    await("all is settled")
        .atMost(BOUND)
        .until(() -> !all(post).isEmpty() && all(post).stream().allMatch(Notification::isSettled));
  }

  @Test
  void notification_isJournaled_thenArrivesByMailAndWebhook_onceEach() throws Exception {
    mail.start();
    ActorRef<NotificationCommand> post = post("");
    TestProbe<NotificationLine> watcher = kit.createTestProbe();
    post.tell(new NotificationCommand.Subscribe(watcher.ref()));
    EventMeta cause = EventStamper.system().root();
    post.tell(
        new NotificationCommand.Notify(
            NotificationKind.WORKER_DIED,
            Severity.HIGH,
            "cpu-0",
            Words.of(Placeholder.DEVICE, "cpu-0").and(Placeholder.DEATH_CAUSE, "killed"),
            cause));
    untilSettled(post);
    var issued = (NotificationEvent.NotificationIssued) events().get(0);
    assertEquals(cause.eventId(), issued.meta().causeId());
    assertEquals(List.of("email", "system_logs", "user_interface", "webhook"), issued.channels());
    assertEquals(List.of("[mainstay n1] high: The worker of cpu-0 died: killed"), mail.subjects());
    assertEquals(1, hook.posts().size());
    var posted =
        new ObjectMapper().readTree(hook.posts().get(0).body()).get("notifications").get(0);
    assertEquals(issued.notificationId(), posted.get("id").asText());
    assertEquals(2, count(NotificationEvent.NotificationsDelivered.class));
    NotificationLine line = watcher.receiveMessage(BOUND);
    assertEquals(NotificationLine.What.ISSUED, line.what());
    assertEquals(issued.notificationId(), line.notificationId());
    assertEquals(List.of(line), lines(post));
  }

  @Test
  void serversThatAreDown_areTriedUntilTheyTakeIt() {
    hook.answers(503);
    ActorRef<NotificationCommand> post = post("");
    post.tell(died("cpu-0", Severity.MEDIUM));
    await("it is journaled").atMost(BOUND).until(() -> events().size() == 1);
    mail.start();
    await("mail arrives once the server is up").atMost(BOUND).until(() -> mail.mails().size() == 1);
    hook.answers(200);
    await("the webhook takes it").atMost(BOUND).until(() -> hook.posts().size() == 1);
    untilSettled(post);
    assertEquals(1, mail.mails().size());
  }

  @Test
  void deadDelivery_isAnAlert_andSomethingThatGetsThroughClearsIt() {
    mail.start();
    hook.answers(404);
    ActorRef<NotificationCommand> post = post("");
    post.tell(died("cpu-0", Severity.MEDIUM));
    var raised =
        alerts.fishForMessage(
            BOUND,
            command ->
                command instanceof AlertCommand.Raise
                    ? FishingOutcomes.complete()
                    : FishingOutcomes.continueAndIgnore());
    AlertCommand.Raise raise = (AlertCommand.Raise) raised.get(0);
    assertEquals(NotificationPost.UNDELIVERABLE, raise.kind());
    assertEquals("webhook", raise.subject());
    assertTrue(raise.message().contains("answered 404"), raise.message());
    await("watchers are told").atMost(BOUND).until(() -> lines(post).size() == 2);
    assertEquals("delivery_abandoned", lines(post).get(1).kind());
    hook.answers(200);
    post.tell(died("cpu-1", Severity.MEDIUM));
    alerts.fishForMessage(
        BOUND,
        command ->
            command instanceof AlertCommand.Clear clear && clear.subject().equals("webhook")
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
    // That a delivery is dead is not told by a delivery.
    assertTrue(mail.subjects().stream().noneMatch(s -> s.contains("could not be told")));
  }

  @Test
  void criticalOne_thatNobodyAcknowledges_isToldAgainAndAnAlert_untilSomebodyDoes() {
    mail.start();
    ActorRef<NotificationCommand> post =
        post("mainstay.notifications.escalation { after = 300ms, most = 2 }");
    post.tell(NotificationSources.intakePaused("the disk is full", "free space"));
    await("three mails").atMost(BOUND).until(() -> mail.mails().size() >= 3);
    assertEquals(
        List.of(
            "[mainstay n1] critical: New work is refused",
            "[mainstay n1] critical, not acknowledged (reminder 1): New work is refused",
            "[mainstay n1] critical, not acknowledged (reminder 2): New work is refused"),
        mail.subjects());
    await("three webhooks").atMost(BOUND).until(() -> hook.posts().size() == 3);
    AlertCommand.Raise raise =
        (AlertCommand.Raise)
            alerts
                .fishForMessage(
                    BOUND,
                    command ->
                        command instanceof AlertCommand.Raise
                            ? FishingOutcomes.complete()
                            : FishingOutcomes.continueAndIgnore())
                .get(0);
    assertEquals(NotificationPost.UNACKNOWLEDGED, raise.kind());
    Notification open = all(post).get(0);
    assertEquals(raise.subject(), open.notificationId());
    assertTrue(open.awaitsAcknowledgement());
    assertEquals(2, open.escalations());
    Notification seen = acknowledge(post, open.notificationId());
    assertEquals("alice", seen.acknowledged().by());
    assertEquals(seen, acknowledge(post, open.notificationId()));
    alerts.fishForMessage(
        BOUND,
        command ->
            command instanceof AlertCommand.Clear clear
                    && clear.kind().equals(NotificationPost.UNACKNOWLEDGED)
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
    assertEquals(1, count(NotificationEvent.NotificationAcknowledged.class));
    assertEquals(3, mail.mails().size());
  }

  /** What was on its way when the node ended may come twice. */
  private List<String> subjects() {
    return mail.subjects().stream().distinct().toList();
  }

  @Test
  void nodeThatEndsBetweenJournalAndDelivery_deliversAndEscalatesInItsNextLife() {
    hook.answers(503);
    ActorRef<NotificationCommand> first =
        post("mainstay.notifications.escalation { after = 1s, most = 1 }");
    first.tell(NotificationSources.intakePaused("the disk is full", "free space"));
    await("it is journaled").atMost(BOUND).until(() -> events().size() == 1);
    kit.stop(first);
    assertEquals(1, events().size());
    hook.answers(200);
    mail.start();
    ActorRef<NotificationCommand> second =
        post("mainstay.notifications.escalation { after = 1s, most = 1 }");
    await("both took it, and the reminder")
        .atMost(BOUND)
        .until(() -> subjects().size() >= 2 && hook.posts().size() >= 2);
    assertEquals("[mainstay n1] critical: New work is refused", subjects().get(0));
    assertTrue(subjects().get(1).contains("reminder 1"), "" + mail.subjects());
    acknowledge(second, all(second).get(0).notificationId());
    untilSettled(second);
    assertEquals(1, count(NotificationEvent.NotificationIssued.class));
  }

  @Test
  void journalThatTakesNothing_doesNotKeepACriticalOneFromAdministrators() {
    mail.start();
    journal.failNextNPersisted(ID, 1_000);
    ActorRef<NotificationCommand> post = post("");
    post.tell(NotificationSources.intakePaused("the disk is full", "free space"));
    post.tell(died("cpu-0", Severity.MEDIUM));
    await("the critical one arrives").atMost(BOUND).until(() -> mail.mails().size() == 1);
    assertEquals("[mainstay n1] critical: New work is refused", mail.subjects().get(0));
    assertEquals(List.of(), events());
    journal.resetPolicy();
    await("both are journaled")
        .atMost(BOUND)
        .until(() -> count(NotificationEvent.NotificationIssued.class) == 2);
    await("the other one arrives").atMost(BOUND).until(() -> mail.mails().size() == 2);
    await("all deliveries are journaled")
        .atMost(BOUND)
        .until(() -> count(NotificationEvent.NotificationsDelivered.class) == 4);
    assertEquals(2, mail.mails().size(), "what was sent ahead was not sent twice");
  }

  @Test
  void storm_isCountedAndDigested() {
    ActorRef<NotificationCommand> post =
        post(
            "mainstay.notifications { repeat-window = 1m, delivery { rate-max = 4, rate-period = 1h"
                + " } }");
    for (int i = 0; i < 300; i++) {
      post.tell(died("cpu-" + i % 30, Severity.MEDIUM));
    }
    await("thirty were told")
        .atMost(BOUND)
        .until(() -> count(NotificationEvent.NotificationIssued.class) == 30);
    mail.start();
    await("three messages are out").atMost(BOUND).until(() -> mail.mails().size() == 3);
    assertTrue(mail.subjects().get(2).endsWith(" notifications"), "" + mail.subjects());
    post.tell(NotificationSources.intakePaused("the disk is full", "free space"));
    await("what is critical goes out").atMost(BOUND).until(() -> mail.mails().size() == 4);
    assertEquals(31, count(NotificationEvent.NotificationIssued.class));
  }

  @Test
  void repetitions_areJournaledWithTheirNumber() {
    mail.start();
    ActorRef<NotificationCommand> post = post("");
    for (int i = 0; i < 5; i++) {
      post.tell(died("cpu-0", Severity.MEDIUM));
    }
    await("each is told or counted")
        .atMost(BOUND)
        .until(
            () ->
                all(post).stream().mapToInt(Notification::repeated).sum() + all(post).size() == 5);
    assertTrue(count(NotificationEvent.NotificationRepeated.class) >= 1);
  }

  @Test
  void progress_isForWatchersOnly_andWhatWasToldOfAnEventIsNotToldAgain() {
    mail.start();
    ActorRef<NotificationCommand> post = post("");
    post.tell(RecoveryNotices.progress("r1", "memory recovery", 40, "freeing caches"));
    await("the bar moves").atMost(BOUND).until(() -> lines(post).size() == 1);
    assertEquals(40, lines(post).get(0).percent());
    assertEquals(List.of(), events());
    EventMeta cause = EventStamper.system().root();
    post.tell(RecoveryNotices.milestone("r1", "memory recovery", "caches freed", 50, cause));
    await("the milestone is journaled").atMost(BOUND).until(() -> events().size() == 1);
    kit.stop(post);
    ActorRef<NotificationCommand> next = post("");
    next.tell(RecoveryNotices.milestone("r1", "memory recovery", "caches freed", 50, cause));
    next.tell(RecoveryNotices.milestone("r1", "memory recovery", "verified", 90, cause));
    await("the second milestone is told").atMost(BOUND).until(() -> events().size() == 2);
    assertEquals(
        List.of("memory recovery: verified"),
        lines(next).stream().map(NotificationLine::title).toList());
    assertFalse(all(next).get(0).acknowledgementNeeded());
  }

  @Test
  void faultIsToldOnce_andThatGoesOnWithWhatIsDoneAboutIt() {
    mail.start();
    ActorRef<NotificationCommand> post = post("");
    EventStamper stamper = EventStamper.system();
    EventMeta death = stamper.root();
    post.tell(
        new NotificationCommand.Notify(
            NotificationKind.WORKER_DIED,
            Severity.MEDIUM,
            "cpu-0",
            Words.of(Placeholder.DEVICE, "cpu-0").and(Placeholder.DEATH_CAUSE, "killed"),
            death));
    EventMeta raised = stamper.causedBy(death);
    EventMeta directed = stamper.causedBy(raised);
    tell(
        post,
        NotificationSources.of(
            new FaultEvent.FaultRaised(
                raised, "worker_process_died", "device", "medium", 2, "worker", "killed")));
    tell(
        post,
        NotificationSources.of(
            new FaultEvent.DirectiveChosen(
                directed, "worker_process_died", "device", "restart", "device/cpu-0", "it died")));
    tell(
        post,
        NotificationSources.of(
            "cpu-0",
            new DeviceEvent.DirectiveApplied(
                stamper.causedBy(death), "restart", "worker_process_died", "worker")));
    post.tell(
        RecoveryNotices.completed(
            "r1",
            "inference_engine_recovery",
            Duration.ofSeconds(2),
            "cpu-0",
            stamper.causedBy(directed)));
    await("it went on with fault, directive and recovery")
        .atMost(BOUND)
        .until(() -> count(NotificationEvent.NotificationWentOn.class) == 3);
    assertEquals(1, count(NotificationEvent.NotificationIssued.class));
    assertEquals(
        List.of("fault_handled", "directive_chosen", "recovery_completed"),
        all(post).get(0).wentOn().stream().map(Notification.Step::kind).toList());
    await("watchers see each")
        .atMost(BOUND)
        .until(
            () ->
                lines(post).stream()
                        .filter(line -> line.what() == NotificationLine.What.WENT_ON)
                        .count()
                    == 3);
    // What is worse does not hide in it.
    post.tell(
        RecoveryNotices.failed(
            "r2", "x", Severity.HIGH, "step", "why", "look", stamper.causedBy(directed)));
    await("that is told by itself")
        .atMost(BOUND)
        .until(() -> count(NotificationEvent.NotificationIssued.class) == 2);
  }

  @Test
  void whatUsersAreNotTold_isJournaled_andGoesToAdministrators_butIsNotShown() throws Exception {
    mail.start();
    ActorRef<NotificationCommand> post = post("");
    NotificationCommand.Notify failed =
        RecoveryNotices.failed("r1", "validation", Severity.HIGH, "step", "why", "look", null);
    post.tell(failed.forUsers(false));
    // Nothing of it is left without those who watch.
    post.tell(RecoveryNotices.progress("r1", "validation", 50, "step").forUsers(false));
    post.tell(died("cpu-0", Severity.MEDIUM));
    await("the one that users are told is shown").atMost(BOUND).until(() -> !lines(post).isEmpty());
    untilSettled(post);
    assertEquals(2, count(NotificationEvent.NotificationIssued.class));
    assertEquals(List.of("worker_died"), lines(post).stream().map(NotificationLine::kind).toList());
    NotificationEvent.NotificationIssued journaled =
        events().stream()
            .filter(NotificationEvent.NotificationIssued.class::isInstance)
            .map(NotificationEvent.NotificationIssued.class::cast)
            .filter(issued -> issued.kind().equals("recovery_failed"))
            .findFirst()
            .orElseThrow();
    assertEquals(
        List.of("email", "system_logs", "webhook"),
        journaled.channels().stream().sorted().toList());
  }

  private static void tell(
      ActorRef<NotificationCommand> post, Optional<NotificationCommand.Notify> notify) {
    post.tell(notify.orElseThrow());
  }

  @Test
  void criticalOnesThatNobodyAcknowledges_makeRoomForNewerOnes_andMailGoesOn() {
    mail.start();
    ActorRef<NotificationCommand> post =
        post("mainstay.persistence.notification.unsettled-max = 3");
    for (int i = 1; i <= 5; i++) {
      post.tell(died("cpu-" + i, Severity.CRITICAL));
      int told = i;
      await("mail and webhook " + i)
          .atMost(BOUND)
          .until(
              () ->
                  mail.mails().size() == told
                      && all(post).stream()
                          .flatMap(each -> each.deliveries().stream())
                          .noneMatch(each -> each.state() == Notification.DeliveryState.PENDING));
    }
    assertEquals(5, count(NotificationEvent.NotificationIssued.class));
    assertEquals(2, count(NotificationEvent.NotificationDisplaced.class));
    assertEquals(
        List.of("cpu-5", "cpu-4", "cpu-3"),
        all(post).stream()
            .filter(Notification::awaitsAcknowledgement)
            .map(Notification::subject)
            .toList());
    alerts.fishForMessage(
        BOUND,
        command ->
            command instanceof AlertCommand.Raise raise
                    && raise.kind().equals(NotificationPost.OVERFLOW)
                    && raise.message().contains("cpu-1")
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  @Test
  void unknownOrHarmlessNotification_cannotBeAcknowledged() {
    mail.start();
    ActorRef<NotificationCommand> post = post("");
    post.tell(died("cpu-0", Severity.MEDIUM));
    untilSettled(post);
    TestProbe<StatusReply<Notification>> replies = kit.createTestProbe();
    String id = all(post).get(0).notificationId();
    post.tell(new NotificationCommand.Acknowledge(id, "alice", "", replies.ref()));
    assertTrue(replies.receiveMessage(BOUND).getError().getMessage().contains("only critical"));
    post.tell(new NotificationCommand.Get("nobody", replies.ref()));
    assertTrue(replies.receiveMessage(BOUND).getError().getMessage().contains("settled-kept"));
  }
}
