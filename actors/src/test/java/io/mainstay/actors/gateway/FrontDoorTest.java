package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class FrontDoorTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final FrontDoor frontDoor = new FrontDoor();
  private final ActorRef<GatewayCall> door = KIT.spawn(frontDoor.behavior(Duration.ofMillis(700)));
  private final TestProbe<GatewayReply> client = KIT.createTestProbe();
  private final GatewayCall call =
      new GatewayCall("token", new GatewayRequest.GetStatus(), client.ref());

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  @Test
  void callsOfOneClient_reachEachGatewayThatIsThere_andAreToldToComeAgainInBetween() {
    TestProbe<GatewayCall> first = KIT.createTestProbe();
    frontDoor.open(first.ref());
    door.tell(call);
    assertEquals(call, first.receiveMessage());

    frontDoor.close();
    door.tell(call);
    assertEquals(
        700, assertInstanceOf(GatewayReply.Busy.class, client.receiveMessage()).retryAfterMillis());

    TestProbe<GatewayCall> second = KIT.createTestProbe();
    frontDoor.open(second.ref());
    door.tell(call);
    assertEquals(call, second.receiveMessage());
    first.expectNoMessage(Duration.ZERO);
  }

  @Test
  void whatIsNoCall_isDropped_andTheDoorStaysOpen() {
    door.<Object>unsafeUpcast().tell("not even a request");
    door.tell(call);
    assertInstanceOf(GatewayReply.Busy.class, client.receiveMessage());
  }

  @Test
  void callThatNamesNobodyToAnswer_isDropped() {
    door.tell(new GatewayCall("token", new GatewayRequest.GetStatus(), null));
    door.tell(call);
    assertInstanceOf(GatewayReply.Busy.class, client.receiveMessage());
  }
}
