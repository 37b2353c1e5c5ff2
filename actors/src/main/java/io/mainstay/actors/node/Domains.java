package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import io.mainstay.actors.consistency.AlertedIntervention;
import io.mainstay.actors.consistency.ConsistencyMonitor;
import io.mainstay.actors.consistency.ConsistencySettings;
import io.mainstay.actors.consistency.NodeFacts;
import io.mainstay.actors.consistency.RepairCrew;
import io.mainstay.actors.consistency.sabotage.Saboteur;
import io.mainstay.actors.consistency.system.SystemProbe;
import io.mainstay.actors.device.DeviceCollaborators;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceDefinition;
import io.mainstay.actors.device.DeviceSettings;
import io.mainstay.actors.device.DeviceSupervisor;
import io.mainstay.actors.gateway.GatewayCall;
import io.mainstay.actors.gateway.GatewayFloor;
import io.mainstay.actors.gateway.NodePhase;
import io.mainstay.actors.gateway.RecoveriesDesk;
import io.mainstay.actors.inference.InferenceCollaborators;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.inference.InferenceSettings;
import io.mainstay.actors.inference.InferenceSupervisor;
import io.mainstay.actors.inference.TextModels;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemorySettings;
import io.mainstay.actors.memory.MemorySupervisor;
import io.mainstay.actors.model.ModelCollaborators;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.ModelSupervisor;
import io.mainstay.actors.model.load.ShardedSagas;
import io.mainstay.actors.node.RecoverySequence.Component;
import io.mainstay.actors.notification.NotificationSources;
import io.mainstay.actors.outage.OutageCommand;
import io.mainstay.actors.outage.OutageFeed;
import io.mainstay.actors.outage.OutageJournals;
import io.mainstay.actors.outage.OutageKeeper;
import io.mainstay.actors.outage.OutageSettings;
import io.mainstay.actors.postprocessing.BlobArtifacts;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.postprocessing.PostprocessingSettings;
import io.mainstay.actors.postprocessing.PostprocessingSupervisor;
import io.mainstay.actors.postprocessing.output.OutputRoots;
import io.mainstay.actors.postprocessing.picture.QueuedReviews;
import io.mainstay.actors.processing.HistoryDeadLetters;
import io.mainstay.actors.processing.JournalSessionIndex;
import io.mainstay.actors.processing.ProcessingCollaborators;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingSettings;
import io.mainstay.actors.processing.ProcessingSupervisor;
import io.mainstay.actors.processing.pause.PauseCommand;
import io.mainstay.actors.processing.pause.PauseKeeper;
import io.mainstay.actors.processing.pause.PauseSettings;
import io.mainstay.actors.recovery.ActorDrill;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.IntakeKeeper;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.actors.recovery.action.NodePorts;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.actors.state.propagation.StateCommand;
import io.mainstay.actors.transaction.ParticipantResources;
import io.mainstay.actors.transaction.ParticipationSettings;
import io.mainstay.actors.transaction.SessionTransactions;
import io.mainstay.actors.transaction.ShardedTransactions;
import io.mainstay.actors.transaction.TransactionCollaborators;
import io.mainstay.actors.transaction.TransactionCommand;
import io.mainstay.actors.transaction.TransactionSupervisor;
import io.mainstay.actors.transaction.resource.WorkerHolds;
import io.mainstay.persistence.blob.BlobSettings;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.HistorySettings;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.saga.Sagas;
import io.mainstay.persistence.session.OpenWork;
import io.mainstay.persistence.session.Sessions;
import io.mainstay.persistence.transaction.TransactionIndex;
import io.mainstay.persistence.transaction.TransactionObserver;
import io.mainstay.persistence.transaction.TransactionSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The six domains and the gateway in front of them, spawned in the order in which they lean on each
 * other. They hold each other's references, so they live and end together.
 */
record Domains(
    ActorRef<MemoryCommand> memory,
    ActorRef<DeviceCommand> device,
    ActorRef<ModelCommand> model,
    ActorRef<OutageCommand> outages,
    ActorRef<InferenceCommand> inference,
    ActorRef<PostprocessingCommand> postprocessing,
    ActorRef<ProcessingCommand> processing,
    ActorRef<PauseCommand> pauses,
    ActorRef<TransactionCommand> transaction,
    ActorRef<ConsistencyMonitor.Command> consistency,
    ActorRef<GatewayCall> gateway,
    TextModels textModels) {

  /** Their actors, in the order of their start. */
  List<ActorRef<?>> actors() {
    return List.of(
        memory,
        device,
        model,
        outages,
        inference,
        postprocessing,
        processing,
        pauses,
        transaction,
        consistency,
        gateway);
  }

  /** What recoveries ask. */
  NodePorts ports() {
    return new NodePorts(
        device,
        memory,
        model,
        outages,
        processing,
        pauses,
        inference,
        postprocessing,
        transaction,
        consistency);
  }

  static Domains spawn(
      ActorContext<NodeCommand> ctx,
      RecoveryGates gates,
      NodeParts parts,
      NodeLogs logs,
      ErrorCatalog catalog,
      ActorRef<RecoveryCommand> recovery,
      ActorRef<LedgerCommand> ledger,
      ActorRef<StateCommand> state,
      ActorRef<IntakeKeeper.Command> intakeKeeper,
      ChildGuard guard,
      ActorDrill drill,
      NodePhase phase,
      TransactionObserver observer,
      RecoveriesDesk.Engine engine,
      Runnable stopNode) {
    var config = parts.config();
    String node = parts.settings().name();
    EventStamper stamper = parts.stamper();
    HistorySettings history = HistorySettings.of(config);
    ClusterSharding sharding = ClusterSharding.get(ctx.getSystem());
    Path cache = parts.dataDirectory().resolve("cache");

    ActorRef<MemoryCommand> memory =
        ctx.spawn(
            guard.guard(
                MemoryCommand.class,
                gates.before(
                    Component.MEMORY,
                    MemoryCommand.class,
                    ComponentWork::is,
                    MemorySupervisor.create(MemorySettings.of(config), guard))),
            "memory");
    ActorRef<DeviceCommand> device =
        ctx.spawn(
            guard.guard(
                DeviceCommand.class,
                DeviceSupervisor.create(
                    DeviceCollaborators.of(
                        DeviceSettings.of(config),
                        parts.launcher(),
                        id ->
                            HistoryLog.device(
                                node,
                                id,
                                history,
                                event ->
                                    NotificationSources.of(id, event)
                                        .ifPresent(logs.notifications()::tell)),
                        memory,
                        guard,
                        stamper))),
            "device",
            DispatcherSelector.fromConfig(DeviceSettings.DISPATCHER));
    ShardedTransactions transactions =
        new ShardedTransactions(ctx.getSystem(), stamper, TransactionSettings.of(config));
    ModelSettings modelSettings = ModelSettings.of(config, parts.dataDirectory());
    ActorRef<ModelCommand> model =
        ctx.spawn(
            guard.guard(
                ModelCommand.class,
                gates.before(
                    Component.MODEL,
                    ModelCommand.class,
                    ComponentWork::is,
                    ModelSupervisor.create(
                        modelSettings,
                        ModelCollaborators.of(
                            memory,
                            device,
                            new ShardedSagas(
                                sharding,
                                stamper,
                                modelSettings.answerTimeout(),
                                modelSettings.loadDeadline()),
                            transactions,
                            guard)))),
            "model");
    ActorRef<OutageCommand> outages =
        ctx.spawn(
            guard.guard(
                OutageCommand.class,
                OutageKeeper.create(
                    OutageSettings.of(config),
                    new OutageKeeper.Collaborators(
                        device,
                        model,
                        logs.alerts(),
                        new OutageJournals(logs.outages(), logs.consistency()),
                        stamper,
                        System::nanoTime))),
            "outages");
    OutageFeed feed = OutageFeed.of(outages);
    state.tell(new StateCommand.Follow(feed));
    TextModels textModels = new TextModels(cache.resolve("tokenizers"));
    ActorRef<InferenceCommand> inference =
        ctx.spawn(
            guard.guard(
                InferenceCommand.class,
                gates.before(
                    Component.INFERENCE,
                    InferenceCommand.class,
                    ComponentWork::is,
                    InferenceSupervisor.create(
                        InferenceSettings.of(config),
                        new InferenceCollaborators(device, model, textModels, feed, guard)))),
            "inference",
            DispatcherSelector.fromConfig(InferenceSettings.DISPATCHER));
    BlobArtifacts artifacts =
        new BlobArtifacts(parts.blobs(), BlobSettings.of(config).chunkBytes());
    PostprocessingSettings postprocessingSettings = PostprocessingSettings.of(config);
    ActorRef<PostprocessingCommand> postprocessing =
        ctx.spawn(
            guard.guard(
                PostprocessingCommand.class,
                gates.before(
                    Component.POSTPROCESSING,
                    PostprocessingCommand.class,
                    ComponentWork::is,
                    PostprocessingSupervisor.create(
                        postprocessingSettings,
                        artifacts,
                        new QueuedReviews(
                            logs.reviews(),
                            ctx.getSystem(),
                            postprocessingSettings.reviewTimeout()),
                        parts.dataDirectory().resolve("spool"),
                        guard))),
            "postprocessing");
    ParticipationSettings participation = ParticipationSettings.of(config);
    ProcessingSettings processingSettings = ProcessingSettings.of(config);
    ActorRef<ProcessingCommand> processing =
        ctx.spawn(
            guard.guard(
                ProcessingCommand.class,
                gates.before(
                    Component.PROCESSING,
                    ProcessingCommand.class,
                    ComponentWork::is,
                    ProcessingSupervisor.create(
                        processingSettings,
                        new ProcessingCollaborators(
                            id -> sharding.entityRefFor(Sessions.KEY, id),
                            stamper::nextId,
                            new JournalSessionIndex(() -> JournalReader.of(parts.database())),
                            inference,
                            model,
                            postprocessing,
                            artifacts,
                            textModels,
                            OutputRoots.of(config),
                            parts.checkpointHolds(),
                            new ReportedDeadLetters(
                                new HistoryDeadLetters(
                                    logs.deadLetters(), artifacts, stamper, ctx.getSystem()),
                                catalog,
                                recovery),
                            new SessionTransactions(
                                transactions,
                                device,
                                ctx.getSystem(),
                                participation,
                                processingSettings.retryAfter()),
                            guard)))),
            "processing");
    ActorRef<PauseCommand> pauses =
        ctx.spawn(
            guard.guard(
                PauseCommand.class,
                PauseKeeper.create(
                    PauseSettings.of(config),
                    new PauseKeeper.Collaborators(
                        state, processing, inference, logs.node(), stamper, System::nanoTime))),
            "pauses");
    ActorRef<TransactionCommand> transaction =
        ctx.spawn(
            guard.guard(
                TransactionCommand.class,
                Behaviors.setup(
                    own -> {
                      // They live as long as the participants that ask them.
                      Map<String, ActorRef<WorkerHolds.Command>> workers = new LinkedHashMap<>();
                      for (DeviceDefinition each : DeviceSettings.of(config).devices()) {
                        workers.put(
                            each.id(),
                            own.spawnAnonymous(
                                guard.guard(
                                    WorkerHolds.Command.class,
                                    WorkerHolds.create(
                                        each.id(), device, participation.workerLimit()))));
                      }
                      return TransactionSupervisor.create(
                          participation,
                          new TransactionCollaborators(
                              node,
                              stamper.nextId(),
                              new ParticipantResources(
                                      own.getSystem(),
                                      config,
                                      participation,
                                      device,
                                      memory,
                                      model,
                                      processing,
                                      workers)
                                  .all(),
                              transactions,
                              stamper,
                              observer,
                              feed,
                              guard));
                    })),
            "transaction");
    ActorRef<ConsistencyMonitor.Command> consistency =
        consistency(
            ctx,
            parts,
            logs,
            transactions,
            new NodeFacts.Domains(memory, device, model, inference, processing, transaction));
    GatewayFloor floor =
        new GatewayFloor(
            ctx.getSystem(),
            config,
            parts.token(),
            new GatewayFloor.Identity(
                node, parts.version(), parts.startedAt(), ProcessHandle.current().pid()),
            parts.blobs(),
            parts.checkpointHolds(),
            () -> JournalReader.of(parts.database()),
            stamper,
            parts.intake(),
            command -> {
              intakeKeeper.tell(command);
              if (command instanceof IntakeKeeper.StorageFailed failed) {
                // At once: it cannot be journaled before the storage is back.
                logs.notifications()
                    .tell(NotificationSources.intakePaused(failed.reason(), failed.remedy()));
              }
            },
            memory,
            device,
            model,
            inference,
            processing,
            logs.reviews(),
            transactions,
            new TransactionIndex(parts.database()),
            logs.alerts(),
            logs.notifications(),
            id -> sharding.entityRefFor(Sagas.KEY, id),
            outages,
            pauses,
            state,
            phase,
            stopNode,
            consistency,
            catalog,
            ledger,
            logs.modes(),
            engine,
            drill);
    ActorRef<GatewayCall> gateway =
        ctx.spawn(
            guard.guard(GatewayCall.class, floor.gateway()),
            "requests",
            DispatcherSelector.fromConfig(InferenceSettings.DISPATCHER));
    return new Domains(
        memory,
        device,
        model,
        outages,
        inference,
        postprocessing,
        processing,
        pauses,
        transaction,
        consistency,
        gateway,
        textModels);
  }

  /** It starts again for as long as it takes: that a node is not watched is no reason to end it. */
  private static ActorRef<ConsistencyMonitor.Command> consistency(
      ActorContext<NodeCommand> ctx,
      NodeParts parts,
      NodeLogs logs,
      ShardedTransactions transactions,
      NodeFacts.Domains domains) {
    ConsistencySettings settings = ConsistencySettings.of(parts.config());
    DeviceSettings devices = DeviceSettings.of(parts.config());
    NodeFacts facts =
        new NodeFacts(
            ctx.getSystem(),
            domains,
            settings,
            new OpenWork(parts.database()),
            new SystemProbe(devices.launch().arenaDirectory(), settings.hashedBytesMax()),
            Clock.systemUTC());
    Behavior<ConsistencyMonitor.Command> monitor =
        ConsistencyMonitor.create(
            settings,
            new ConsistencyMonitor.Collaborators(
                facts,
                new RepairCrew(ctx.getSystem(), domains, settings),
                new Saboteur(
                    domains,
                    transactions,
                    devices.deviceIds(),
                    parts.settings().preload(),
                    devices.launch().arenaDirectory(),
                    devices.launch().faultInjection()),
                new AlertedIntervention(logs.alerts()),
                logs.consistency(),
                parts.stamper(),
                Clock.systemUTC()));
    return ctx.spawn(NodeLogs.lasting(monitor, RestartSettings.of(parts.config())), "consistency");
  }
}
