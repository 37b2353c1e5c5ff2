package io.mainstay.actors.gateway;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.NotificationPost;
import io.mainstay.actors.notification.NotificationSettings;
import io.mainstay.actors.notification.NotificationSources;
import io.mainstay.actors.notification.NotificationTemplates;
import io.mainstay.actors.notification.RecoveryNotices;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.notification.NotificationBounds;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NotificationsDeskTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private final ActorTestKit kit =
      ActorTestKit.create(
          "notifications-desk",
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(
                  ConfigFactory.parseString("akka.persistence.testkit.events.serialize = off"))
              .withFallback(ConfigFactory.load()));
  private final Config config = kit.system().settings().config();
  private final ActorRef<NotificationCommand> post =
      kit.spawn(
          NotificationPost.create(
              new NotificationPost.Parts(
                  "n1",
                  NotificationSettings.of(config),
                  NotificationBounds.of(config),
                  NotificationTemplates.load(config),
                  Map.of(),
                  RestartSettings.of(config),
                  EventStamper.system(),
                  Clock.systemUTC())));
  private final ActorRef<GatewayCall> gateway =
      kit.spawn(
          Gateway.create(
              "t",
              List.of(
                  new NotificationsDesk(
                      new Asking(kit.system(), Duration.ofSeconds(20)),
                      GatewaySettings.of(config),
                      post))));

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  @Test
  void notification_isListed_watched_acknowledged_andTheSecondTimeAnsweredTheSame() {
    post.tell(NotificationSources.intakePaused("the disk is full", "free space"));
    post.tell(RecoveryNotices.progress("r1", "memory recovery", 40, "freeing caches"));
    await("both are in the stream").atMost(BOUND).until(() -> lines(0).lines().size() == 2);
    GatewayReply.Notifications open =
        ask(new GatewayRequest.ListNotifications(true, 0, 10), GatewayReply.Notifications.class);
    assertEquals(1, open.open());
    GatewayReply.NotificationView one = open.notifications().get(0);
    assertEquals("unacknowledged", one.state());
    assertEquals("intake_paused", one.kind());
    assertNotNull(one.acknowledgeBy());
    GatewayReply.NotificationView seen =
        shown(new GatewayRequest.AcknowledgeNotification(one.notificationId(), "on it"));
    assertEquals("acknowledged", seen.state());
    assertEquals("on it", seen.note());
    assertEquals(
        seen, shown(new GatewayRequest.AcknowledgeNotification(one.notificationId(), null)));
    assertEquals(seen, shown(new GatewayRequest.GetNotification(one.notificationId())));
    await("the acknowledgement is in the stream")
        .atMost(BOUND)
        .until(() -> lines(2).lines().size() == 1);
    assertEquals("acknowledged", lines(2).lines().get(0).what());
    assertEquals(3, lines(-1).last());
    assertEquals(
        40,
        lines(0).lines().stream()
            .filter(line -> line.what().equals("progress"))
            .findFirst()
            .orElseThrow()
            .percent());
  }

  @Test
  void unknownNotification_andALongNote_areRefusedWithARemedy() {
    GatewayReply.Refused unknown =
        ask(new GatewayRequest.GetNotification("nobody"), GatewayReply.Refused.class);
    assertEquals("notification_refused", unknown.code());
    assertTrue(unknown.message().contains("nobody is unknown"), unknown.message());
    assertEquals(
        "invalid_parameter",
        ask(
                new GatewayRequest.AcknowledgeNotification("x", "n".repeat(1_001)),
                GatewayReply.Refused.class)
            .code());
  }

  private GatewayReply.NotificationLines lines(long after) {
    return ask(
        new GatewayRequest.WatchNotifications(after, 100), GatewayReply.NotificationLines.class);
  }

  private GatewayReply.NotificationView shown(GatewayRequest request) {
    return ask(request, GatewayReply.NotificationShown.class).notification();
  }

  private <R extends GatewayReply> R ask(GatewayRequest request, Class<R> expected) {
    TestProbe<GatewayReply> replies = kit.createTestProbe();
    gateway.tell(new GatewayCall("t", request, replies.getRef()));
    return assertInstanceOf(expected, replies.receiveMessage(BOUND));
  }
}
