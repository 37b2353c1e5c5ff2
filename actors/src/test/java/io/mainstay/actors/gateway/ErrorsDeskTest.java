package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.persistence.escalation.EscalationState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ErrorsDeskTest {
  private static final String TOKEN = "t";
  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<LedgerCommand> ledger = kit.createTestProbe();
  private final TestProbe<GatewayReply> replies = kit.createTestProbe();
  private final ActorRef<GatewayCall> gateway =
      kit.spawn(
          Gateway.create(
              TOKEN,
              List.of(
                  new ErrorsDesk(
                      new Asking(kit.system(), Duration.ofSeconds(20)),
                      ErrorCatalog.load(ConfigFactory.load()),
                      ledger.ref()))));

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private void ask(GatewayRequest request) {
    gateway.tell(new GatewayCall(TOKEN, request, replies.ref()));
  }

  private void answerView() {
    LedgerCommand.Get get = ledger.expectMessageClass(LedgerCommand.Get.class);
    get.replyTo()
        .tell(
            new LedgerCommand.View(
                List.of(
                    new EscalationState.Tally(
                        "primary_device_failure", 3, 2, Instant.EPOCH, "critical", "device/cpu-0")),
                List.of(new LedgerCommand.View.PerHour("primary_device_failure", 2)),
                List.of(
                    new EscalationState.Gate(
                        "primary_device_failure", "device/cpu-0", "e", Instant.EPOCH))));
  }

  private <R extends GatewayReply> R reply(Class<R> type) {
    return type.cast(replies.receiveMessage(Duration.ofSeconds(20)));
  }

  @Test
  void list_isTheWholeCatalogWithWhatTheNodeCounted() {
    ask(new GatewayRequest.ListErrors(""));
    answerView();
    List<ErrorView> errors = reply(GatewayReply.Errors.class).errors();
    assertEquals(80, errors.size());
    assertEquals("device_discovery_failure", errors.get(0).code());
    ErrorView failed =
        errors.stream()
            .filter(one -> one.code().equals("primary_device_failure"))
            .findFirst()
            .get();
    assertEquals(3, failed.faults());
    assertEquals(2, failed.perHour());
    assertTrue(failed.gateClosed());
    assertEquals("stop", failed.directive());
    assertEquals(0, errors.get(0).faults());
    assertNull(errors.get(0).lastAt());
    assertFalse(errors.get(0).gateClosed());
  }

  @Test
  void show_findsByNumberAndRefusesWhatThereIsNot() {
    ask(new GatewayRequest.ListErrors("DEV_004"));
    answerView();
    assertEquals("primary_device_failure", reply(GatewayReply.Errors.class).errors().get(0).code());
    ask(new GatewayRequest.ListErrors("DEV_999"));
    assertEquals("unknown_error", reply(GatewayReply.Refused.class).code());
  }

  @Test
  void acknowledge_opensTheGateOrSaysWhyNot() {
    ask(new GatewayRequest.AcknowledgeError("DEV_004", "seen"));
    var first = ledger.expectMessageClass(LedgerCommand.Acknowledge.class);
    assertEquals("primary_device_failure", first.code());
    assertEquals("seen", first.note());
    first.replyTo().tell(StatusReply.ack());
    answerView();
    assertEquals(1, reply(GatewayReply.Errors.class).errors().size());
    ask(new GatewayRequest.AcknowledgeError("DEV_004", null));
    ledger
        .expectMessageClass(LedgerCommand.Acknowledge.class)
        .replyTo()
        .tell(StatusReply.error("no gate is closed"));
    GatewayReply.Refused refused = reply(GatewayReply.Refused.class);
    assertEquals("gate_not_closed", refused.code());
    assertEquals("no gate is closed", refused.message());
    ask(new GatewayRequest.AcknowledgeError("DEV_004", "x".repeat(1_001)));
    assertEquals("note_too_long", reply(GatewayReply.Refused.class).code());
  }
}
