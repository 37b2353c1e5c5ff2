package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.MemoryLedgerView.Holder;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.actors.memory.MemorySettings;
import io.mainstay.actors.memory.MemorySupervisor;
import io.mainstay.actors.recovery.ChildGuard;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryDeskTest {
  private static final long MIB = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int HOLDERS_MAX = 3;

  private final ActorTestKit kit =
      ActorTestKit.create("memory", ManualTime.config().withFallback(ConfigFactory.load()));
  private final MemorySettings settings = MemorySettings.of(kit.system().settings().config());
  private final ActorRef<MemoryCommand> memory =
      kit.spawn(MemorySupervisor.create(settings, ChildGuard.restarting()));
  private final ActorRef<DeviceCommand> devices =
      kit.spawn(
          Behaviors.receiveMessage(
              asked -> {
                assertInstanceOf(DeviceCommand.ListDevices.class, asked)
                    .replyTo()
                    .tell(new DeviceCommand.DeviceList(List.of(device("cpu-0")), List.of()));
                return Behaviors.same();
              }));
  private final ActorRef<GatewayCall> gateway = gateway(devices);

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  @Test
  void list_hasEveryLedgerWithItsHoldersLargestFirst_andCountsTheRest() {
    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 1000 * MIB));
    reserve("cpu-0", MemoryOwners.ofTransaction("T1"), 100);
    reserve("cpu-0", MemoryOwners.ofModel("large"), 600);
    reserve("cpu-0", "free text", 20);
    reserve("cpu-0", MemoryOwners.ofWorker(3, "growth"), 200);
    reserve("cpu-0", MemoryOwners.ofModel("small"), 10);
    reserve("host", "recovery:R1", 1);

    GatewayReply.Memory reply = list(gateway, 0);

    assertEquals(
        new MemoryLedgerView(
            "cpu-0",
            1000 * MIB,
            1000 * MIB,
            930 * MIB,
            70 * MIB,
            0.93,
            "high",
            77 * MIB,
            List.of(
                new Holder("model", "large", 600 * MIB),
                new Holder("worker", "3/growth", 200 * MIB),
                new Holder("transaction", "T1", 100 * MIB)),
            2),
        reply.ledgers().get(0));
    MemoryLedgerView host = reply.ledgers().get(1);
    assertEquals("host", host.name());
    assertEquals(settings.hostBudgetBytes(), host.budgetBytes());
    assertEquals(settings.hostBudgetBytes() - MIB, host.freeBytes());
    assertEquals("low", host.pressure());
    assertEquals(0, host.residentBytes());
    assertEquals(List.of(new Holder("recovery", "R1", MIB)), host.holders());
    assertEquals(2, reply.ledgers().size());
    assertEquals(false, reply.more());
  }

  @Test
  void list_whenMoreWasMeasuredThanTheBudget_saysSoAndHasNothingFree() {
    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 100 * MIB));
    reserve("cpu-0", "free text", 50);
    memory.tell(new MemoryCommand.Settle("cpu-0", "free text", 150 * MIB));

    MemoryLedgerView ledger = settled(150 * MIB);

    assertEquals(0, ledger.freeBytes());
    assertEquals(1.5, ledger.usedShare());
    assertEquals("critical", ledger.pressure());
    assertEquals(List.of(new Holder("other", "free text", 150 * MIB)), ledger.holders());
  }

  @Test
  void list_fromAnOffset_hasTheRest_andNothingAfterTheEnd() {
    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 100 * MIB));
    assertEquals(List.of("host"), names(list(gateway, 1)));
    assertEquals(List.of(), names(list(gateway, 7)));
    assertEquals(List.of("cpu-0", "host"), names(list(gateway, -1)));
  }

  @Test
  void list_whenItIsLongerThanAFrame_comesInParts() {
    String padding = "x".repeat(8_000);
    for (int i = 10; i < 50; i++) {
      memory.tell(new MemoryCommand.RegisterDevice("cpu-" + i, 100 * MIB));
      reserve("cpu-" + i, MemoryOwners.ofModel(padding), 1);
    }
    GatewayReply.Memory first = list(gateway, 0);
    assertTrue(first.more());
    assertTrue(first.ledgers().size() < 40, first.ledgers().size() + " ledgers in one frame");
    GatewayReply.Memory second = list(gateway, first.ledgers().size());
    assertEquals(41, first.ledgers().size() + second.ledgers().size());
    assertEquals("cpu-" + (10 + first.ledgers().size()), second.ledgers().get(0).name());
  }

  @Test
  void list_whenTheDevicesDoNotAnswer_stillHasTheLedgers() {
    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 100 * MIB));
    TestProbe<DeviceCommand> silent = kit.createTestProbe();
    TestProbe<GatewayReply> replies = kit.createTestProbe();
    gateway(silent.getRef())
        .tell(new GatewayCall("t", new GatewayRequest.ListMemory(0), replies.getRef()));
    silent.expectMessageClass(DeviceCommand.ListDevices.class, PATIENCE);

    ManualTime.get(kit.system()).timePasses(PATIENCE.dividedBy(2));

    GatewayReply.Memory reply =
        assertInstanceOf(GatewayReply.Memory.class, replies.receiveMessage(PATIENCE));
    assertEquals(List.of("cpu-0", "host"), names(reply));
    assertEquals(0, reply.ledgers().get(0).residentBytes());
  }

  @Test
  void settings_whenHoldersAreOutOfRange_areRefusedWithNameValueAndBound() {
    Config wrong =
        ConfigFactory.parseString("mainstay.gateway.holders-max = 201")
            .withFallback(ConfigFactory.load());
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> GatewaySettings.of(wrong));
    assertEquals(
        "mainstay.gateway.holders-max is 201; it must be from 1 to 200", refused.getMessage());
  }

  private ActorRef<GatewayCall> gateway(ActorRef<DeviceCommand> device) {
    return kit.spawn(
        Gateway.create(
            "t",
            List.of(
                new MemoryDesk(new Asking(kit.system(), PATIENCE), HOLDERS_MAX, memory, device))));
  }

  private GatewayReply.Memory list(ActorRef<GatewayCall> whom, int offset) {
    TestProbe<GatewayReply> replies = kit.createTestProbe();
    whom.tell(new GatewayCall("t", new GatewayRequest.ListMemory(offset), replies.getRef()));
    return assertInstanceOf(GatewayReply.Memory.class, replies.receiveMessage(PATIENCE));
  }

  /** A settlement is not answered: looks until the ledger has it. */
  private MemoryLedgerView settled(long reservedBytes) {
    return kit.createTestProbe()
        .awaitAssert(
            PATIENCE,
            () -> {
              MemoryLedgerView ledger = list(gateway, 0).ledgers().get(0);
              assertEquals(reservedBytes, ledger.reservedBytes());
              return ledger;
            });
  }

  private void reserve(String device, String owner, long mib) {
    TestProbe<StatusReply<Reservation>> probe = kit.createTestProbe();
    memory.tell(new MemoryCommand.Reserve(device, owner, mib * MIB, probe.ref()));
    assertEquals(mib * MIB, probe.receiveMessage(PATIENCE).getValue().bytes());
  }

  private static List<String> names(GatewayReply.Memory reply) {
    return reply.ledgers().stream().map(MemoryLedgerView::name).toList();
  }

  private static DeviceView device(String id) {
    return new DeviceView(
        id, "cpu", "", "serving", 1, 1, 7, "none", 0, 0, 0, 77 * MIB, List.of(), 0, 0, "");
  }
}
