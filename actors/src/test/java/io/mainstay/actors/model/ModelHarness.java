package io.mainstay.actors.model;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemorySettings;
import io.mainstay.actors.memory.MemorySupervisor;
import io.mainstay.actors.model.load.SagaDesk;
import io.mainstay.actors.model.registry.ModelFolder;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.transaction.MemoryTransactions;
import io.mainstay.persistence.saga.SagaSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.Function;

/**
 * The model domain with its real registry, loaders, ledgers and sagas; devices are scripted, the
 * clock stands where the test puts it.
 */
final class ModelHarness implements AutoCloseable {
  static final Duration BOUND = Duration.ofSeconds(30);

  private static final Config CONFIG =
      PersistenceTestKitPlugin.getInstance()
          .config()
          .withFallback(PersistenceTestKitSnapshotPlugin.config())
          .withFallback(
              ConfigFactory.parseString("akka.persistence.testkit.events.serialize = off"))
          .withFallback(ConfigFactory.load());

  /** A clock that stands still. */
  static final class TestClock extends Clock {
    volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  final ScriptedDevices devices = new ScriptedDevices();
  final TestClock clock = new TestClock();
  final ActorTestKit testKit = ActorTestKit.create("models", CONFIG);
  final ActorRef<MemoryCommand> memory;
  final ActorRef<ModelCommand> models;

  ModelHarness(ModelFolder folder, String settings) {
    memory =
        testKit.spawn(MemorySupervisor.create(MemorySettings.of(CONFIG), ChildGuard.restarting()));
    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 64 << 20));
    memory.tell(new MemoryCommand.RegisterDevice("cpu-1", 64 << 20));
    devices.states.put("cpu-1", "serving");
    MemorySagas sagas = new MemorySagas(testKit, SagaSettings.of(CONFIG));
    MemoryTransactions transactions = new MemoryTransactions(testKit);
    ActorRef<DeviceCommand> deviceDomain = testKit.spawn(devices.behavior());
    models =
        testKit.spawn(
            Behaviors.supervise(
                    ModelSupervisor.create(
                        folder.settingsWith(settings),
                        new ModelCollaborators(
                            memory,
                            deviceDomain,
                            sagas,
                            transactions,
                            ChildGuard.restarting(),
                            ModelHarness.class.getClassLoader(),
                            clock)))
                .onFailure(SupervisorStrategy.restart()));
    sagas.workGoesTo(
        testKit.spawn(SagaDesk.create(models, testKit.<AlertCommand>createTestProbe().ref())));
    transactions.participantsAre(deviceDomain, memory, models);
  }

  <R> R ask(Function<ActorRef<R>, ModelCommand> command) {
    TestProbe<R> probe = testKit.createTestProbe();
    models.tell(command.apply(probe.ref()));
    return probe.receiveMessage(BOUND);
  }

  StatusReply<ModelDescriptor> ensure(String model, String device) {
    return ask(replyTo -> new ModelCommand.EnsureLoaded(model, device, replyTo));
  }

  StatusReply<Unloaded> unload(String model, String device) {
    return ask(replyTo -> new ModelCommand.Unload(model, device, replyTo));
  }

  ModelDetail show(String model) {
    return this.<StatusReply<ModelDetail>>ask(replyTo -> new ModelCommand.Show(model, replyTo))
        .getValue();
  }

  Refusal refusal(StatusReply<?> reply) {
    return (Refusal) reply.getError();
  }

  /** The domain meets a defect, and begins anew. */
  void beginAnew() {
    models.tell(new ModelCommand.ListModels(null));
  }

  void rescan() {
    this.<ModelCommand.ModelList>ask(ModelCommand.Rescan::new);
  }

  long reserved(String device) {
    TestProbe<MemoryCommand.LedgerList> probe = testKit.createTestProbe();
    memory.tell(new MemoryCommand.ListLedgers(probe.ref()));
    return probe.receiveMessage(BOUND).ledgers().stream()
        .filter(ledger -> ledger.deviceId().equals(device))
        .mapToLong(MemoryCommand.LedgerView::reservedBytes)
        .sum();
  }

  @Override
  public void close() {
    testKit.shutdownTestKit();
  }
}
