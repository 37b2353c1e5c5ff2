package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.eventstream.EventStream;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.ActorDrill;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Intake;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.persistence.identity.EventStamper;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GatewayTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final String TOKEN = "a".repeat(64);

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  @Test
  void everyRequest_isAnsweredByOneDesk() {
    GatewayFloor floor =
        new GatewayFloor(
            KIT.system(),
            ConfigFactory.load(),
            TOKEN,
            new GatewayFloor.Identity("n1", "1", Instant.EPOCH, 1),
            null,
            null,
            null,
            EventStamper.system(),
            new Intake(),
            command -> {},
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            new NodePhase(),
            () -> {},
            null,
            ErrorCatalog.load(ConfigFactory.load()),
            null,
            null,
            null,
            new ActorDrill(false));
    Desks desks = new Desks();
    floor.desks().forEach(desk -> desk.open(desks));
    assertEquals(Set.of(GatewayRequest.class.getPermittedSubclasses()), desks.answered());
  }

  private static GatewayReply ask(
      String token, CompletionStage<GatewayReply> answer, RuntimeException thrown) {
    Desk desk =
        desks ->
            desks.on(
                GatewayRequest.GetStatus.class,
                request -> {
                  if (thrown != null) {
                    throw thrown;
                  }
                  return answer;
                });
    ActorRef<GatewayCall> gateway = KIT.spawn(Gateway.create(TOKEN, List.of(desk)));
    TestProbe<GatewayReply> replies = KIT.createTestProbe();
    gateway.tell(new GatewayCall(token, new GatewayRequest.GetStatus(), replies.getRef()));
    GatewayReply reply = replies.receiveMessage();
    replies.expectNoMessage(java.time.Duration.ZERO);
    return reply;
  }

  private static String codeOf(GatewayReply reply) {
    return ((GatewayReply.Refused) reply).code();
  }

  @Test
  void call_withAnotherToken_isRefused_andReachesNoDesk() {
    RuntimeException reached = new IllegalStateException("the desk was reached");
    assertEquals("authentication_failure", codeOf(ask("b".repeat(64), null, reached)));
    assertEquals("authentication_failure", codeOf(ask(null, null, reached)));
    assertEquals("authentication_failure", codeOf(ask("", null, reached)));
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            Refusal.of("no_such_thing", "it is not there", "look elsewhere"), "no_such_thing"),
        Arguments.of(new TimeoutException("late"), "no_answer_in_time"),
        Arguments.of(new IllegalStateException("broken"), "request_failed"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failureOfADesk_isOneReply_howeverItFails(Throwable failure, String code) {
    assertEquals(code, codeOf(ask(TOKEN, CompletableFuture.failedFuture(failure), null)));
    if (failure instanceof RuntimeException thrown) {
      assertEquals(code, codeOf(ask(TOKEN, null, thrown)));
    }
  }

  @Test
  void refusalWithATimeToRetry_isBusy() {
    GatewayReply reply =
        ask(TOKEN, CompletableFuture.failedFuture(Refusal.busy("full", 250)), null);
    assertEquals(new GatewayReply.Busy(250, "full"), reply);
  }

  @Test
  void refusal_thatIsAnsweredAndNotThrown_isAnErrorAllTheSame() {
    TestProbe<RecoveryCommand.RaiseFault> faults =
        KIT.createTestProbe(RecoveryCommand.RaiseFault.class);
    KIT.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(RecoveryCommand.RaiseFault.class, faults.getRef()));
    ask(
        TOKEN,
        Desks.now(GatewayReply.refused("unusable_scheduler", "it is not JSON", "restore it")),
        null);
    RecoveryCommand.RaiseFault raised = faults.receiveMessage();
    assertEquals("gateway/GetStatus", raised.component());
    assertEquals(ErrorNames.WORKFLOW_TEMPLATE_CORRUPTION, raised.sign().error());
    ask(TOKEN, Desks.now(GatewayReply.refused("no_such_thing", "it is not there", "")), null);
    faults.expectNoMessage();
    ask(TOKEN, CompletableFuture.failedFuture(new TimeoutException("late")), null);
    assertEquals(
        ErrorNames.CROSS_DOMAIN_COMMUNICATION_FAILURE, faults.receiveMessage().sign().error());
    ask(TOKEN, CompletableFuture.failedFuture(new IllegalStateException("broken")), null);
    faults.expectNoMessage();
  }

  @Test
  void callWithoutARequest_isRefused_andTheGatewayGoesOn() {
    ActorRef<GatewayCall> gateway =
        KIT.spawn(
            Gateway.create(
                TOKEN,
                List.of(
                    desks ->
                        desks.on(
                            GatewayRequest.StopNode.class,
                            ask -> Desks.now(new GatewayReply.Stopping())))));
    TestProbe<GatewayReply> replies = KIT.createTestProbe();
    gateway.tell(new GatewayCall(TOKEN, null, replies.getRef()));
    assertEquals("invalid_request", codeOf(replies.receiveMessage()));
    gateway.tell(new GatewayCall(TOKEN, new GatewayRequest.StopNode(), null));
    gateway.tell(new GatewayCall(TOKEN, new GatewayRequest.StopNode(), replies.getRef()));
    assertEquals(new GatewayReply.Stopping(), replies.receiveMessage());
  }

  @Test
  void call_neverShowsItsToken() {
    assertEquals(
        "GatewayCall[GetStatus[]]",
        new GatewayCall(TOKEN, new GatewayRequest.GetStatus(), null).toString());
  }
}
