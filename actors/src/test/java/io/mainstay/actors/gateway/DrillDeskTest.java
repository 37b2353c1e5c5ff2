package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.recovery.ActorDrill;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.FaultBoundary;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.RestartSettings;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DrillDeskTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final RestartSettings RESTARTS = RestartSettings.of(ConfigFactory.load());
  private static final String TOKEN = "a".repeat(64);

  private final TestProbe<RecoveryCommand> faults = KIT.createTestProbe();
  private final TestProbe<MemoryCommand> reached = KIT.createTestProbe();

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  /** Asks about a domain whose sibling the memory domain is. */
  private GatewayReply ask(ActorDrill drill, ActorRef<MemoryCommand> memory, String domain) {
    ActorRef<GatewayCall> gateway =
        KIT.spawn(Gateway.create(TOKEN, List.of(new DrillDesk(drill, memory, RESTARTS))));
    TestProbe<GatewayReply> replies = KIT.createTestProbe();
    gateway.tell(
        new GatewayCall(TOKEN, new GatewayRequest.InjectFailure(domain, false), replies.getRef()));
    return replies.receiveMessage();
  }

  private ActorRef<MemoryCommand> memory(ActorDrill drill, String name) {
    FaultBoundary boundary =
        new FaultBoundary(
            ErrorCatalog.load(ConfigFactory.load()), RESTARTS, faults.getRef(), drill);
    return KIT.spawn(
        boundary.guard(
            MemoryCommand.class,
            Behaviors.receiveMessage(
                message -> {
                  reached.getRef().tell(message);
                  return Behaviors.same();
                })),
        name);
  }

  @Test
  void domainThatIsToldToFail_failsWithItsNextMessageOnly() {
    ActorDrill drill = new ActorDrill(true);
    ActorRef<MemoryCommand> memory = memory(drill, "memory");

    assertEquals(new GatewayReply.FaultArmed(), ask(drill, memory, "memory"));

    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 1));
    faults.expectMessageClass(RecoveryCommand.ReportFault.class);
    MemoryCommand next = new MemoryCommand.RegisterDevice("cpu-1", 1);
    memory.tell(next);
    assertEquals(next, reached.receiveMessage());
  }

  @Test
  void whatIsNoComponent_isRefused_withThoseThatAre() {
    ActorDrill drill = new ActorDrill(true);
    var refused =
        assertInstanceOf(GatewayReply.Refused.class, ask(drill, memory(drill, "other"), "kitchen"));
    assertEquals("unknown_component", refused.code());
    assertEquals(
        "one of: device, memory, model, processing, inference, postprocessing, transaction,"
            + " outages, pauses, requests",
        refused.remedy());
  }

  @Test
  void nodeWithoutFaultInjection_refuses() {
    ActorDrill drill = new ActorDrill(false);
    var refused =
        assertInstanceOf(GatewayReply.Refused.class, ask(drill, memory(drill, "third"), "memory"));
    assertEquals("fault_injection_off", refused.code());
  }
}
