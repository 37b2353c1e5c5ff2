package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.alert.AlertDesk;
import io.mainstay.persistence.alert.AlertSettings;
import io.mainstay.persistence.identity.EventStamper;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlertsDeskTest {
  private final ActorTestKit kit =
      ActorTestKit.create(
          "alerts",
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(
                  ConfigFactory.parseString("akka.persistence.testkit.events.serialize = off"))
              .withFallback(ConfigFactory.load()));
  private final ActorRef<AlertCommand> alerts =
      kit.spawn(
          AlertDesk.create(
              "n1", AlertSettings.of(kit.system().settings().config()), EventStamper.system()));
  private final ActorRef<GatewayCall> gateway =
      kit.spawn(
          Gateway.create(
              "t",
              List.of(new AlertsDesk(new Asking(kit.system(), Duration.ofSeconds(10)), alerts))));

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  @Test
  void alert_isListed_acknowledged_cleared_andTheSecondTimeAnsweredTheSame() {
    alerts.tell(new AlertCommand.Raise("saga_stuck", "s1", "no answer", "redrive it", null));
    GatewayReply.Alerts open =
        ask(new GatewayRequest.ListAlerts(true, 0, 10), GatewayReply.Alerts.class);
    assertEquals(1, open.open());
    GatewayReply.AlertView alert = open.alerts().get(0);
    assertEquals("open", alert.state());
    assertEquals("redrive it", alert.remedy());
    assertEquals(26, alert.eventId().length());
    GatewayReply.AlertView seen =
        shown(new GatewayRequest.AcknowledgeAlert(alert.alertId(), "on it"));
    assertEquals("acknowledged", seen.state());
    assertEquals("client", seen.acknowledgedBy());
    GatewayReply.AlertView cleared = shown(new GatewayRequest.ClearAlert(alert.alertId(), null));
    assertEquals("cleared", cleared.state());
    assertEquals(cleared, shown(new GatewayRequest.ClearAlert(alert.alertId(), "again")));
    assertEquals(cleared, shown(new GatewayRequest.GetAlert(alert.alertId())));
    assertEquals(
        0, ask(new GatewayRequest.ListAlerts(true, 0, 10), GatewayReply.Alerts.class).open());
  }

  @Test
  void unknownAlert_andALongNote_areRefusedWithARemedy() {
    GatewayReply.Refused unknown =
        ask(new GatewayRequest.GetAlert("nobody"), GatewayReply.Refused.class);
    assertEquals("alert_refused", unknown.code());
    assertTrue(unknown.message().contains("nobody is unknown"), unknown.message());
    assertTrue(unknown.remedy().contains("mainstay alerts"), unknown.remedy());
    assertEquals(
        "invalid_parameter",
        ask(new GatewayRequest.AcknowledgeAlert("x", "n".repeat(1_001)), GatewayReply.Refused.class)
            .code());
  }

  private GatewayReply.AlertView shown(GatewayRequest request) {
    return ask(request, GatewayReply.AlertShown.class).alert();
  }

  private <R extends GatewayReply> R ask(GatewayRequest request, Class<R> expected) {
    TestProbe<GatewayReply> replies = kit.createTestProbe();
    gateway.tell(new GatewayCall("t", request, replies.getRef()));
    return assertInstanceOf(expected, replies.receiveMessage(Duration.ofSeconds(20)));
  }
}
