package io.mainstay.actors.model.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.saga.SagaOutcome;
import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaSettings;
import io.mainstay.persistence.saga.SagaWork;
import io.mainstay.persistence.saga.Sagas;
import io.mainstay.persistence.saga.StepOutcome;
import io.mainstay.persistence.transaction.TransactionObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShardedSagasTest {
  private static final Config CONFIG =
      PersistenceTestKitPlugin.getInstance()
          .config()
          .withFallback(PersistenceTestKitSnapshotPlugin.config())
          .withFallback(
              ConfigFactory.parseString(
                  """
                  akka.persistence.testkit.events.serialize = off
                  akka.actor.provider = cluster
                  akka.actor.allow-java-serialization = off
                  akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                  akka.cluster.sharding.remember-entities = off
                  akka.cluster.jmx.enabled = off
                  """))
          .withFallback(ConfigFactory.load());

  @Test
  void carryThrough_onAClusterOfOne_completesAndSaysHowItEnded() throws Exception {
    ActorTestKit testKit = ActorTestKit.create("sagas", CONFIG);
    try {
      Cluster cluster = Cluster.get(testKit.system());
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
      ActorRef<SagaWork> work =
          testKit.spawn(
              Behaviors.receiveMessage(
                  message -> {
                    if (message instanceof SagaWork.Do step) {
                      step.replyTo()
                          .tell(
                              step.plan() instanceof SagaPlan.ModelLoad load
                                      && load.modelId().equals("bad")
                                  ? new StepOutcome.Failed("no_such_thing", "it is bad")
                                  : new StepOutcome.Succeeded("done"));
                    }
                    if (message instanceof SagaWork.Undo undo) {
                      undo.replyTo().tell(new StepOutcome.Succeeded("gone"));
                    }
                    if (message instanceof SagaWork.Verify look) {
                      look.replyTo().tell(new StepOutcome.Succeeded("nothing is left"));
                    }
                    return Behaviors.same();
                  }));
      EventStamper stamper = EventStamper.system();
      ClusterSharding sharding = ClusterSharding.get(testKit.system());
      Sagas.start(sharding, SagaSettings.of(CONFIG), stamper, work, TransactionObserver.NONE);
      ShardedSagas sagas =
          new ShardedSagas(sharding, stamper, Duration.ofSeconds(10), Duration.ofSeconds(10));

      SagaOutcome good = carryThrough(sagas, "good");
      SagaOutcome bad = carryThrough(sagas, "bad");

      assertEquals(SagaOutcome.End.COMPLETED, good.end());
      assertEquals(SagaOutcome.End.COMPENSATED, bad.end());
      assertEquals("no_such_thing", bad.code());
    } finally {
      testKit.shutdownTestKit();
    }
  }

  private static SagaOutcome carryThrough(ShardedSagas sagas, String model) throws Exception {
    return sagas
        .carryThrough(
            sagas.nextId(), new SagaPlan.ModelLoad(model, "1", "a".repeat(64), "cpu-0", 1000))
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }
}
