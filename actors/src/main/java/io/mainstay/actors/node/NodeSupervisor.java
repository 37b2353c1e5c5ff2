package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.alert.SagaAlerts;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSettings;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.gateway.FrontDoor;
import io.mainstay.actors.gateway.GatewayCall;
import io.mainstay.actors.gateway.NodePhase;
import io.mainstay.actors.inference.InferenceSettings;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.PolicyAdoption;
import io.mainstay.actors.postprocessing.image.safety.PolicySource;
import io.mainstay.actors.postprocessing.image.safety.SafetySettings;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingSettings;
import io.mainstay.actors.processing.WorkReleaser;
import io.mainstay.actors.processing.checkpoint.CheckpointSettings;
import io.mainstay.actors.recovery.ActorDrill;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultBoundary;
import io.mainstay.actors.recovery.FaultSettings;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.IntakeKeeper;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.RecoverySupervisor;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.actors.recovery.escalation.FaultLedger;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.actors.state.propagation.PropagationDesk;
import io.mainstay.actors.state.propagation.PropagationSettings;
import io.mainstay.actors.state.propagation.StateCommand;
import io.mainstay.actors.transaction.KillPoints;
import io.mainstay.actors.transaction.TransactionCommand;
import io.mainstay.persistence.blob.BlobSettings;
import io.mainstay.persistence.checkpoint.CheckpointArchive;
import io.mainstay.persistence.escalation.EscalationSettings;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.NodeEvent;
import io.mainstay.persistence.journal.CauseIndex;
import io.mainstay.persistence.journal.CauseIndexer;
import io.mainstay.persistence.saga.SagaSettings;
import io.mainstay.persistence.saga.SagaWork;
import io.mainstay.persistence.saga.Sagas;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.session.SessionEnds;
import io.mainstay.persistence.session.SessionSettings;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.Sessions;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.TransactionIndex;
import io.mainstay.persistence.transaction.TransactionObserver;
import io.mainstay.persistence.transaction.TransactionObserver.Point;
import io.mainstay.persistence.transaction.TransactionSettings;
import io.mainstay.persistence.transaction.TransactionWiring;
import io.mainstay.persistence.transaction.Transactions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;

/**
 * The guardian of a node. Starts recovery, the domains and the entities in that order; says when
 * the node is ready; starts all domains anew when one of them cannot be restarted; stops everything
 * in reverse. States: starting, ready, restarting, stopping.
 */
final class NodeSupervisor {
  private static final String TRANSACTION_STUCK = "transaction_stuck";
  private static final Duration MODEL_GRACE = Duration.ofSeconds(5);

  private final ActorContext<NodeCommand> ctx;
  private final TimerScheduler<NodeCommand> timers;
  private final NodeParts parts;
  private final CompletableFuture<Void> ready;
  private final CompletableFuture<NodeProblem> gaveUp;
  private final Runnable stopNode;
  private final NodePhase phase = new NodePhase();
  private final NodeLogs logs;
  private final ErrorCatalog catalog;
  private final ActorRef<RecoveryCommand> recovery;
  private final ActorRef<LedgerCommand> ledger;
  private final ActorRef<StateCommand> state;
  private final ActorRef<IntakeKeeper.Command> intakeKeeper;
  private final FrontDoor frontDoor = new FrontDoor();
  private final ActorRef<GatewayCall> door;
  private final ActorDrill drill;
  private final FaultBoundary boundary;
  private final RecoverySettings recoverySettings;
  private final ActorRef<DeviceSignal> signals;
  private final TransactionObserver observer;
  private final EventMeta started;
  private final NodeRecoveries recoveries;
  private ActorRef<NodeRecovery.Command> recovering;
  private NodeCare care;
  private Domains domains;
  private Readiness readiness;
  private boolean recoversDevices;
  private RestartWindow restarts;

  private NodeSupervisor(
      ActorContext<NodeCommand> ctx,
      TimerScheduler<NodeCommand> timers,
      NodeParts parts,
      CompletableFuture<Void> ready,
      CompletableFuture<NodeProblem> gaveUp,
      Runnable stopNode) {
    this.gaveUp = gaveUp;
    this.ctx = ctx;
    this.timers = timers;
    this.parts = parts;
    this.ready = ready;
    this.stopNode =
        () -> {
          phase.stopping();
          stopNode.run();
        };
    this.logs = NodeLogs.spawn(ctx, parts);
    this.catalog = ErrorCatalog.load(parts.config());
    RestartSettings restart = RestartSettings.of(parts.config());
    this.state =
        ctx.spawn(
            Behaviors.supervise(
                    PropagationDesk.create(
                        PropagationSettings.of(parts.config()), Clock.systemUTC()))
                .onFailure(
                    SupervisorStrategy.restartWithBackoff(
                        restart.backoffMin(), restart.backoffMax(), restart.jitter())),
            "state");
    EscalationPolicy policy = EscalationPolicy.of(parts.config());
    this.ledger =
        ctx.spawn(
            LastingChild.of(
                FaultLedger.create(
                    parts.settings().name(),
                    catalog,
                    policy,
                    EscalationSettings.of(parts.config()),
                    parts.stamper()),
                restart),
            "fault-ledger");
    this.recoveries = NodeRecoveries.spawn(ctx, parts, logs, catalog, ledger);
    this.recovery =
        ctx.spawn(
            RecoverySupervisor.create(
                FaultSettings.of(parts.config()),
                policy,
                new RecoverySupervisor.Collaborators(
                    catalog, logs.faults(), ledger, parts.stamper(), System::nanoTime)),
            "recovery");
    this.intakeKeeper =
        ctx.spawn(
            IntakeKeeper.create(
                parts.intake(),
                parts.settings().probeInterval(),
                parts.database()::probeWrite,
                ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking()),
                logs.node(),
                logs.alerts(),
                parts.stamper()),
            "intake-keeper");
    this.recoverySettings = RecoverySettings.of(parts.config());
    this.door =
        ctx.spawn(
            frontDoor.behavior(RestartSettings.of(parts.config()).backoffMax()),
            "gateway",
            DispatcherSelector.fromConfig(InferenceSettings.DISPATCHER));
    this.drill = new ActorDrill(DeviceSettings.of(parts.config()).launch().faultInjection());
    this.boundary = new FaultBoundary(catalog, RestartSettings.of(parts.config()), recovery, drill);
    this.observer = KillPoints.of(parts.config());
    this.signals = ctx.messageAdapter(DeviceSignal.class, NodeCommand.Heard::new);
    this.restarts =
        RestartWindow.of(
            parts.settings().domainRestarts(), parts.settings().domainRestartsPeriod());
    ctx.spawn(
        CauseIndexer.create(
            new CauseIndex(parts.database()), CauseIndexer.Settings.of(parts.config())),
        "cause-indexer");
    WorkReleaser releaser =
        new WorkReleaser(
            parts.blobs(),
            new SessionEnds(parts.database()),
            // Beyond it a submission that was given up is as good as never made.
            BlobSettings.of(parts.config())
                .grace()
                .plus(ProcessingSettings.of(parts.config()).submitTimeout()),
            Clock.systemUTC());
    CheckpointArchive archive = new CheckpointArchive(parts.blobs(), parts.checkpointHolds());
    CheckpointSettings kept = CheckpointSettings.of(parts.config());
    ctx.spawn(
        BlobCollector.create(
            parts.settings().collectInterval(),
            () -> {
              releaser.release();
              archive.prune(kept.retention(), Instant.now(), kept.pruneMost());
              return parts.blobs().collect();
            },
            ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking())),
        "blob-collector");
    this.started = parts.stamper().root();
    journal(new NodeEvent.NodeStarted(started, parts.version(), ProcessHandle.current().pid()));
  }

  /**
   * @param ready completes when the node takes work; fails with a {@link NodeProblem} when it
   *     cannot
   * @param gaveUp told why, when the node ends because its domains cannot be kept alive
   * @param stopNode begins the node's orderly end
   */
  static Behavior<NodeCommand> create(
      NodeParts parts,
      CompletableFuture<Void> ready,
      CompletableFuture<NodeProblem> gaveUp,
      Runnable stopNode) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new NodeSupervisor(ctx, timers, parts, ready, gaveUp, stopNode).begin()));
  }

  private Behavior<NodeCommand> begin() {
    // Before the participants, who may ask about what they prepared as soon as they live.
    Transactions transactions =
        Transactions.start(
            ctx.getSystem(),
            TransactionSettings.of(parts.config()),
            new TransactionWiring(
                parts.stamper(),
                ctx.messageAdapter(ParticipantCommand.class, NodeCommand.TransactionAsks::new),
                this::onStuck,
                this::onSettled,
                observer));
    spawnDomains();
    recoveries.begin(ctx.getSystem(), parts, observer);
    wakeOpen(transactions);
    Config pictures = parts.config().getConfig(ProcessingSettings.PATH + ".pictures");
    ctx.spawn(
        PolicyAdoption.create(
            new PolicySource(SafetySettings.of(pictures.getConfig("safety"))),
            pictures.getString("safety-model"),
            domains.model(),
            logs.safetyPolicies(),
            parts.stamper()),
        "policy-adoption");
    ClusterSharding sharding = ClusterSharding.get(ctx.getSystem());
    Sagas.start(
        sharding,
        SagaSettings.of(parts.config()),
        parts.stamper(),
        ctx.messageAdapter(SagaWork.class, NodeCommand.SagaAsks::new),
        observer);
    Sessions.start(
        sharding,
        SessionSettings.of(parts.config()),
        parts.stamper(),
        ctx.messageAdapter(SessionWork.class, NodeCommand.SessionAsks::new));
    timers.startSingleTimer(new NodeCommand.ReadyOverdue(), parts.settings().readyTimeout());
    return running();
  }

  /** Those that the last life of the node left in the middle go on. */
  private void wakeOpen(Transactions transactions) {
    Logger log = ctx.getLog();
    CompletableFuture.supplyAsync(
            new TransactionIndex(parts.database())::open,
            ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking()))
        .whenComplete(
            (open, failure) -> {
              if (failure != null) {
                log.warn("open transactions not found cause={}", failure.toString());
              } else if (!open.isEmpty()) {
                log.info("transactions go on count={}", open.size());
                transactions.wake(open);
              }
            });
  }

  /** Journaled already; on a transaction's own thread. */
  private void onStuck(TransactionWiring.Stuck stuck) {
    logs.alerts()
        .tell(
            new AlertCommand.Raise(
                TRANSACTION_STUCK,
                stuck.transactionId(),
                stuck.participant()
                    + " does not carry out "
                    + stuck.operation()
                    + ": "
                    + stuck.code()
                    + ": "
                    + stuck.message(),
                "mainstay transactions redrive " + stuck.transactionId(),
                stuck.cause()));
  }

  private void onSettled(TransactionWiring.Settled settled) {
    logs.alerts()
        .tell(
            new AlertCommand.Clear(
                TRANSACTION_STUCK,
                settled.transactionId(),
                settled.operation() + " is " + settled.state() + " by all who take part",
                settled.cause()));
  }

  private void spawnDomains() {
    RecoveryGates gates = new RecoveryGates(recoverySettings.heldMax());
    domains =
        Domains.spawn(
            ctx,
            gates,
            parts,
            logs,
            catalog,
            recovery,
            ledger,
            state,
            intakeKeeper,
            boundary::guard,
            drill,
            phase,
            observer,
            recoveries.engine(),
            stopNode);
    recoveries.domainsAre(ctx.getSystem(), parts, domains);
    domains.actors().forEach(ctx::watch);
    frontDoor.open(domains.gateway());
    readiness = Readiness.of(DeviceSettings.of(parts.config()).deviceIds());
    domains.device().tell(new DeviceCommand.Subscribe(signals));
    care = NodeCare.follow(ctx, parts, logs, domains, recovery, care);
    steerRecovery(gates);
  }

  /** Work comes to one component after the other; a recovery that was steered is over. */
  private void steerRecovery(RecoveryGates gates) {
    if (recovering != null) {
      ctx.stop(recovering);
    }
    RecoveryLooks looks =
        new RecoveryLooks(
            ctx.getSystem(), domains, parts.database(), recoverySettings.patience().usable());
    recovering =
        ctx.spawnAnonymous(
            NodeRecovery.create(
                recoverySettings,
                new NodeRecovery.Collaborators(
                    looks::at, gates, logs.node(), logs.alerts(), parts.stamper()),
                started));
  }

  private Behavior<NodeCommand> running() {
    return Behaviors.receive(NodeCommand.class)
        .onMessage(NodeCommand.GetDomains.class, this::onGetDomains)
        .onMessage(NodeCommand.SessionAsks.class, this::onSessionAsks)
        .onMessage(NodeCommand.SagaAsks.class, this::onSagaAsks)
        .onMessage(NodeCommand.TransactionAsks.class, this::onTransactionAsks)
        .onMessage(NodeCommand.Heard.class, this::onHeard)
        .onMessage(NodeCommand.Preloaded.class, this::onPreloaded)
        .onMessage(NodeCommand.ReadyOverdue.class, overdue -> onReadyOverdue())
        .onMessage(NodeCommand.DiscoveryOver.class, over -> onDiscoveryOver())
        .onMessage(NodeCommand.Stop.class, this::onStop)
        .onSignal(Terminated.class, this::onDomainStopped)
        .build();
  }

  private Behavior<NodeCommand> onGetDomains(NodeCommand.GetDomains ask) {
    ask.replyTo().tell(domains);
    return Behaviors.same();
  }

  private Behavior<NodeCommand> onSessionAsks(NodeCommand.SessionAsks asks) {
    domains.processing().tell(new ProcessingCommand.CarryOut(asks.work()));
    return Behaviors.same();
  }

  private Behavior<NodeCommand> onSagaAsks(NodeCommand.SagaAsks asks) {
    observer.at(Point.TAKE, asks.work().sagaId(), asks.work().getClass().getSimpleName());
    SagaAlerts.of(asks.work())
        .ifPresentOrElse(
            logs.alerts()::tell,
            () -> domains.model().tell(new ModelCommand.CarryOut(asks.work())));
    return Behaviors.same();
  }

  private Behavior<NodeCommand> onTransactionAsks(NodeCommand.TransactionAsks asks) {
    domains.transaction().tell(new TransactionCommand.CarryOut(asks.command()));
    return Behaviors.same();
  }

  private Behavior<NodeCommand> onHeard(NodeCommand.Heard heard) {
    if (heard.signal() instanceof DeviceSignal.WorkerUp up) {
      boolean first = !readiness.serving().contains(up.deviceId());
      readiness = readiness.up(up.deviceId(), parts.settings().preload());
      if (first) {
        parts.settings().preload().forEach(model -> preload(model, up.deviceId()));
      }
    } else if (heard.signal() instanceof DeviceSignal.DeviceFailed failed) {
      readiness =
          readiness.down(failed.deviceId(), failed.reason() + " (remedy: " + failed.remedy() + ")");
    }
    recovery.tell(
        new RecoveryCommand.DevicesServing(
            readiness.serving().size(), DeviceSettings.of(parts.config()).devices().size()));
    return checkReady();
  }

  private void preload(String modelId, String deviceId) {
    if (InForce.on(ctx.getSystem()).isOff(Operation.PREEMPTIVE_LOADING)) {
      String why = "preemptive_loading is off while a mode holds; it is loaded when it is used";
      readiness = readiness.loaded(modelId, deviceId, why);
      return;
    }
    ctx.askWithStatus(
        ModelDescriptor.class,
        domains.model(),
        parts.settings().readyTimeout().plus(MODEL_GRACE),
        (ActorRef<StatusReply<ModelDescriptor>> replyTo) ->
            new ModelCommand.EnsureLoaded(modelId, deviceId, replyTo),
        (model, failure) -> new NodeCommand.Preloaded(modelId, deviceId, model, failure));
  }

  private Behavior<NodeCommand> onPreloaded(NodeCommand.Preloaded loaded) {
    if (loaded.failure() != null) {
      ctx.getLog()
          .warn(
              "model not preloaded model={} device={} cause={}",
              loaded.modelId(),
              loaded.deviceId(),
              loaded.failure().getMessage());
    }
    readiness =
        readiness.loaded(
            loaded.modelId(),
            loaded.deviceId(),
            loaded.failure() == null ? null : loaded.failure().getMessage());
    return checkReady();
  }

  private Behavior<NodeCommand> checkReady() {
    if (ready.isDone()) {
      return Behaviors.same();
    }
    if (readiness.ready()) {
      timers.cancel(new NodeCommand.ReadyOverdue());
      readiness
          .unloaded()
          .forEach((what, why) -> ctx.getLog().warn("ready without model={} cause={}", what, why));
      phase.ready();
      ready.complete(null);
    } else if (readiness.hopeless() && !recoversDevices) {
      recoversDevices = true;
      FaultVoice.of(ctx.getSystem())
          .raise("device", Recognised.of(ErrorNames.DEVICE_DISCOVERY_FAILURE, noDevice()), null);
      NodeCommand.DiscoveryOver over = new NodeCommand.DiscoveryOver();
      ctx.spawnAnonymous(
          DiscoveryWait.create(
              recoveries.engine().coordinator(),
              parts.settings().discoveryPatience(),
              () -> ctx.getSelf().tell(over)));
    }
    return Behaviors.same();
  }

  /** What could be done about devices is done: there is one now, or the node gives up. */
  private Behavior<NodeCommand> onDiscoveryOver() {
    recoversDevices = false;
    if (!ready.isDone() && readiness.hopeless()) {
      fail("device_discovery_failure", noDevice());
    }
    return Behaviors.same();
  }

  private String noDevice() {
    return "no device could be brought up: " + readiness.missing();
  }

  private Behavior<NodeCommand> onReadyOverdue() {
    if (!ready.isDone()) {
      fail(
          "not_ready_in_time",
          "the node was not ready within "
              + parts.settings().readyTimeout().toSeconds()
              + " s (mainstay.node.ready-timeout): "
              + readiness.missing());
    }
    return Behaviors.same();
  }

  private void fail(String code, String message) {
    NodeProblem problem =
        new NodeProblem(
            code,
            message,
            "run 'mainstay doctor'; the node's log and its journal have the causes",
            null);
    ready.completeExceptionally(problem);
    gaveUp.complete(problem);
  }

  /** A directive was to stop, or a restart budget is spent: the domains end and begin together. */
  private Behavior<NodeCommand> onDomainStopped(Terminated terminated) {
    String component = terminated.getRef().path().toStringWithoutAddress();
    recovery.tell(
        new RecoveryCommand.ReportStopped(component, "stopped by its directive or spent budget"));
    var next = restarts.restart(System.nanoTime());
    if (next.isEmpty()) {
      ctx.getLog()
          .error(
              "node gives up component={} restarts={} period={}",
              component,
              parts.settings().domainRestarts(),
              parts.settings().domainRestartsPeriod());
      fail("node_gave_up", component + " stopped too often");
      stopNode.run();
      return Behaviors.same();
    }
    restarts = next.get();
    return endDomains(terminated.getRef());
  }

  private Behavior<NodeCommand> endDomains(ActorRef<Void> already) {
    Set<ActorRef<?>> leaving = new HashSet<>(domains.actors());
    leaving.removeIf(actor -> actor.path().equals(already.path()));
    frontDoor.close();
    drill.clear();
    leaving.forEach(ctx::stop);
    domains.textModels().close();
    return leaving.isEmpty() ? beginAgain() : restarting(leaving);
  }

  private Behavior<NodeCommand> restarting(Set<ActorRef<?>> leaving) {
    return Behaviors.receive(NodeCommand.class)
        // Entities ask again by themselves until somebody answers.
        .onMessage(NodeCommand.GetDomains.class, this::onGetDomains)
        .onMessage(NodeCommand.SessionAsks.class, lost -> Behaviors.same())
        .onMessage(NodeCommand.SagaAsks.class, lost -> Behaviors.same())
        .onMessage(NodeCommand.TransactionAsks.class, lost -> Behaviors.same())
        .onMessage(NodeCommand.Heard.class, old -> Behaviors.same())
        .onMessage(NodeCommand.Preloaded.class, old -> Behaviors.same())
        .onMessage(NodeCommand.ReadyOverdue.class, overdue -> onReadyOverdue())
        .onMessage(NodeCommand.DiscoveryOver.class, over -> onDiscoveryOver())
        .onMessage(NodeCommand.Stop.class, this::onStopWithoutDomains)
        .onSignal(
            Terminated.class,
            gone -> {
              leaving.removeIf(actor -> actor.path().equals(gone.getRef().path()));
              return leaving.isEmpty() ? beginAgain() : Behaviors.same();
            })
        .build();
  }

  private Behavior<NodeCommand> beginAgain() {
    ctx.getLog().warn("domains start anew");
    spawnDomains();
    return running();
  }

  private Behavior<NodeCommand> onStop(NodeCommand.Stop stop) {
    phase.stopping();
    ctx.stop(door);
    ctx.ask(
        ProcessingCommand.Saved.class,
        domains.processing(),
        // The domain answers in time by itself; it may be busy.
        CheckpointSettings.of(parts.config()).saveBeforeAbort().multipliedBy(2),
        ProcessingCommand.SaveCheckpoints::new,
        (saved, failure) -> new NodeCommand.Saved());
    return stopping(stop);
  }

  private Behavior<NodeCommand> onSaved() {
    Duration drain = parts.settings().drainTimeout();
    ctx.stop(domains.processing());
    ctx.askWithStatus(
        akka.Done.class,
        domains.device(),
        drain.plus(MODEL_GRACE),
        (ActorRef<StatusReply<akka.Done>> replyTo) -> new DeviceCommand.StopAll(drain, replyTo),
        (done, failure) -> new NodeCommand.Drained(failure));
    return Behaviors.same();
  }

  private Behavior<NodeCommand> onStopWithoutDomains(NodeCommand.Stop stop) {
    ctx.getSelf().tell(new NodeCommand.Drained(null));
    return stopping(stop);
  }

  private Behavior<NodeCommand> stopping(NodeCommand.Stop stop) {
    return Behaviors.receive(NodeCommand.class)
        .onMessage(NodeCommand.Saved.class, saved -> onSaved())
        .onMessage(NodeCommand.Drained.class, drained -> onDrained(drained, stop))
        .onMessage(
            NodeCommand.Stopped.class,
            stopped -> {
              stop.replyTo().tell(akka.Done.done());
              return Behaviors.same();
            })
        .onMessage(
            NodeCommand.Stop.class,
            again -> {
              ctx.getLog().info("stopping already reason={}", stop.reason());
              return Behaviors.same();
            })
        // Work and signals of a node that leaves: what is accepted goes on at its next start.
        .onAnyMessage(late -> Behaviors.same())
        .onSignal(Terminated.class, gone -> Behaviors.same())
        .build();
  }

  private Behavior<NodeCommand> onDrained(NodeCommand.Drained drained, NodeCommand.Stop stop) {
    if (drained.failure() != null) {
      ctx.getLog()
          .warn("workers were not drained in time cause={}", drained.failure().getMessage());
    }
    domains.textModels().close();
    var event = new NodeEvent.NodeStopped(parts.stamper().root(), stop.reason());
    ctx.ask(
        EventMeta.class,
        logs.node(),
        MODEL_GRACE,
        replyTo -> new HistoryLog.Record<>(event, replyTo),
        (meta, failure) -> new NodeCommand.Stopped());
    return Behaviors.same();
  }

  private void journal(NodeEvent event) {
    logs.node().tell(HistoryLog.Record.of(event));
  }
}
