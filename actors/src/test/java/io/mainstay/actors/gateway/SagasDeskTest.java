package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.alert.AlertDesk;
import io.mainstay.actors.alert.SagaAlerts;
import io.mainstay.persistence.alert.AlertSettings;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.saga.Saga;
import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaProtocol;
import io.mainstay.persistence.saga.SagaSettings;
import io.mainstay.persistence.saga.SagaStep;
import io.mainstay.persistence.saga.SagaWork;
import io.mainstay.persistence.saga.StepOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sagas, real alerts and a real journal; only the work itself is scripted. */
class SagasDeskTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private final EventStamper stamper = EventStamper.system();
  private final AtomicBoolean memoryAnswers = new AtomicBoolean();
  @TempDir Path directory;
  private DataDirectory data;
  private Database database;
  private ActorTestKit kit;
  private ActorRef<AlertCommand> alerts;
  private ActorRef<SagaWork> work;
  private ActorRef<GatewayCall> gateway;

  @BeforeEach
  void start() throws Exception {
    data = DataDirectory.open(directory);
    begin();
  }

  private void begin() throws Exception {
    Config base =
        ConfigFactory.parseString(
                """
                akka.actor.provider = local
                akka.loglevel = WARNING
                mainstay.persistence.saga.undo-pause = 10ms
                mainstay.persistence.saga.undo-attempts = 2
                """)
            .withFallback(ConfigFactory.parseResources("mainstay-node.conf"))
            .withFallback(ConfigFactory.load())
            .resolve();
    database = Database.open(data, DatabaseSettings.of(base));
    kit = ActorTestKit.create("sagas", database.akkaConfig().withFallback(base));
    Config config = kit.system().settings().config();
    alerts = kit.spawn(AlertDesk.create("n1", AlertSettings.of(config), stamper));
    work =
        kit.spawn(
            Behaviors.receiveMessage(
                message -> {
                  carryOut(message);
                  return Behaviors.same();
                }));
    TestProbe<ClusterSharding.ShardCommand> shard = kit.createTestProbe();
    gateway =
        kit.spawn(
            Gateway.create(
                "t",
                List.of(
                    new SagasDesk(
                        new Asking(kit.system(), BOUND),
                        100,
                        () -> JournalReader.of(database),
                        id ->
                            kit.spawn(
                                Saga.create(
                                    id, SagaSettings.of(config), stamper, work, shard.ref())),
                        alerts,
                        ForkJoinPool.commonPool()))));
  }

  private void carryOut(SagaWork message) {
    if (message instanceof SagaWork.Do step) {
      step.replyTo()
          .tell(
              step.step() == SagaStep.LOAD
                  ? new StepOutcome.Failed("model_loading_failure", "bad graph")
                  : new StepOutcome.Succeeded("there"));
    } else if (message instanceof SagaWork.Undo undo) {
      undo.replyTo()
          .tell(
              undo.step() == SagaStep.ALLOCATE_MEMORY && !memoryAnswers.get()
                  ? new StepOutcome.Failed("domain_overdue", "the memory domain is silent")
                  : new StepOutcome.Succeeded("gone"));
    } else if (message instanceof SagaWork.Verify look) {
      look.replyTo().tell(new StepOutcome.Succeeded("nothing is left"));
    } else {
      alerts.tell(SagaAlerts.of(message).orElseThrow());
    }
  }

  @AfterEach
  void end() throws Exception {
    stop();
    data.close();
  }

  private void stop() throws Exception {
    kit.shutdownTestKit();
    database.close();
  }

  @Test
  void stuckSaga_isAnAlertOverARestart_andRedrivenGoesOnUntilNothingIsLeft() throws Exception {
    String id = stamper.nextId();
    startSaga(id);
    AlertCommand.Page raised = awaitAlerts(1);
    assertEquals(id, raised.alerts().get(0).subject());
    assertTrue(raised.alerts().get(0).message().contains("deallocate_vram"), raised.toString());
    assertTrue(raised.alerts().get(0).remedy().contains("sagas redrive " + id));

    stop();
    begin();
    assertEquals(1, awaitAlerts(1).open());
    GatewayReply.SagaSummary stuck =
        ask(new GatewayRequest.ListSagas(true, 10), GatewayReply.Sagas.class).sagas().get(0);
    assertEquals("cross_domain_model_loading", stuck.sagaType());
    assertEquals("stuck", stuck.status());
    assertEquals(
        List.of(
            "unload_model_from_vram",
            "remove_model_from_cache",
            "deallocate_vram",
            "release_device_reservation"),
        stuck.compensationSequence());
    assertEquals("undo-failed", stuck.steps().get(1).status());
    assertEquals("undone", stuck.steps().get(3).status(), "the failed step's own came first");

    memoryAnswers.set(true);
    assertEquals(
        1, ask(new GatewayRequest.RedriveSaga(id), GatewayReply.SagaShown.class).saga().redrives());
    assertEquals("the saga is compensated", awaitAlerts(0).alerts().get(0).cleared().text());
    assertEquals(
        "compensated",
        ask(new GatewayRequest.GetSaga(id), GatewayReply.SagaShown.class).saga().status());
    assertEquals(
        List.of(), ask(new GatewayRequest.ListSagas(true, 10), GatewayReply.Sagas.class).sagas());
  }

  @Test
  void sagas_areListedNewestFirst_andAnUnknownOneIsRefused() {
    memoryAnswers.set(true);
    String first = stamper.nextId();
    startSaga(first);
    String second = stamper.nextId();
    startSaga(second);
    GatewayReply.Sagas newest =
        ask(new GatewayRequest.ListSagas(false, 1), GatewayReply.Sagas.class);
    assertEquals(second, newest.sagas().get(0).sagaId());
    assertTrue(newest.more());
    assertEquals("compensated", newest.sagas().get(0).status());
    assertEquals(
        "saga_not_stuck",
        ask(new GatewayRequest.RedriveSaga(first), GatewayReply.Refused.class).code());
    for (String none : List.of("x", stamper.nextId())) {
      assertEquals(
          "unknown_saga", ask(new GatewayRequest.GetSaga(none), GatewayReply.Refused.class).code());
    }
  }

  private void startSaga(String id) {
    TestProbe<StatusReply<SagaProtocol.SagaView>> views = kit.createTestProbe();
    TestProbe<StatusReply<io.mainstay.persistence.saga.SagaOutcome>> outcomes =
        kit.createTestProbe();
    TestProbe<ClusterSharding.ShardCommand> shard = kit.createTestProbe();
    ActorRef<SagaProtocol.Command> saga =
        kit.spawn(
            Saga.create(
                id, SagaSettings.of(kit.system().settings().config()), stamper, work, shard.ref()));
    saga.tell(
        new SagaProtocol.Start(
            new SagaPlan.ModelLoad("m", "1", "ab", "cpu-0", 10), null, views.getRef()));
    views.receiveMessage(BOUND);
    saga.tell(new SagaProtocol.Subscribe(outcomes.getRef()));
    outcomes.receiveMessage(BOUND);
    if (memoryAnswers.get()) {
      kit.stop(saga);
    } else {
      awaitAlerts(1);
      kit.stop(saga);
    }
  }

  private AlertCommand.Page awaitAlerts(int open) {
    TestProbe<AlertCommand.Page> pages = kit.createTestProbe();
    return Awaitility.await()
        .atMost(BOUND)
        .until(
            () -> {
              alerts.tell(new AlertCommand.ListAlerts(false, 0, 10, pages.ref()));
              return pages.receiveMessage(BOUND);
            },
            page -> page.open() == open);
  }

  private <R extends GatewayReply> R ask(GatewayRequest request, Class<R> expected) {
    TestProbe<GatewayReply> replies = kit.createTestProbe();
    gateway.tell(new GatewayCall("t", request, replies.getRef()));
    return assertInstanceOf(expected, replies.receiveMessage(BOUND));
  }
}
