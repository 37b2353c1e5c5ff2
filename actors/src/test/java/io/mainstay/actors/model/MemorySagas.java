package io.mainstay.actors.model;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import io.mainstay.actors.model.load.SagaStarter;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.saga.Saga;
import io.mainstay.persistence.saga.SagaOutcome;
import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaProtocol;
import io.mainstay.persistence.saga.SagaSettings;
import io.mainstay.persistence.saga.SagaWork;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** The real saga entity on a journal in memory, without a cluster. */
final class MemorySagas implements SagaStarter {
  final List<String> started = new CopyOnWriteArrayList<>();
  private final ActorTestKit testKit;
  private final SagaSettings settings;
  private final EventStamper stamper = EventStamper.system();
  private final TestProbe<ClusterSharding.ShardCommand> shard;
  private volatile ActorRef<SagaWork> work;

  MemorySagas(ActorTestKit testKit, SagaSettings settings) {
    this.testKit = testKit;
    this.settings = settings;
    this.shard = testKit.createTestProbe();
  }

  void workGoesTo(ActorRef<SagaWork> desk) {
    work = desk;
  }

  @Override
  public String nextId() {
    return stamper.nextId();
  }

  @Override
  public CompletionStage<SagaOutcome> carryThrough(String sagaId, SagaPlan.ModelLoad plan) {
    started.add(sagaId);
    ActorRef<SagaProtocol.Command> saga =
        testKit.spawn(Saga.create(sagaId, settings, stamper, work, shard.ref()));
    return AskPattern.<SagaProtocol.Command, SagaProtocol.SagaView>askWithStatus(
            saga,
            replyTo -> new SagaProtocol.Start(plan, null, replyTo),
            Duration.ofSeconds(5),
            testKit.scheduler())
        .thenCompose(
            view ->
                AskPattern.askWithStatus(
                    saga,
                    SagaProtocol.Subscribe::new,
                    Duration.ofSeconds(20),
                    testKit.scheduler()));
  }
}
