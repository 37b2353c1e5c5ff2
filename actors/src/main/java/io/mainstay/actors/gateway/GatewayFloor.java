package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.RecipientRef;
import com.typesafe.config.Config;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.consistency.ConsistencyMonitor;
import io.mainstay.actors.consistency.ConsistencySettings;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.outage.OutageCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingSettings;
import io.mainstay.actors.processing.checkpoint.CheckpointSettings;
import io.mainstay.actors.processing.pause.PauseCommand;
import io.mainstay.actors.processing.template.Templates;
import io.mainstay.actors.recovery.ActorDrill;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.Intake;
import io.mainstay.actors.recovery.IntakeKeeper;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.actors.state.propagation.StateCommand;
import io.mainstay.actors.transaction.ParticipationSettings;
import io.mainstay.actors.transaction.ShardedTransactions;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.checkpoint.CheckpointArchive;
import io.mainstay.persistence.checkpoint.CheckpointHolds;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.review.ReviewQueue;
import io.mainstay.persistence.saga.SagaProtocol;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.transaction.TransactionIndex;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Everything that the desks of a gateway need, and the gateway made of them. */
public record GatewayFloor(
    ActorSystem<?> system,
    Config config,
    String token,
    Identity identity,
    BlobStore blobs,
    CheckpointHolds checkpointHolds,
    Supplier<JournalReader> journal,
    EventStamper stamper,
    Intake intake,
    Consumer<IntakeKeeper.Command> keeper,
    ActorRef<MemoryCommand> memory,
    ActorRef<DeviceCommand> device,
    ActorRef<ModelCommand> model,
    ActorRef<InferenceCommand> inference,
    ActorRef<ProcessingCommand> processing,
    ActorRef<ReviewQueue.Command> reviews,
    ShardedTransactions transactions,
    TransactionIndex transactionIndex,
    ActorRef<AlertCommand> alerts,
    ActorRef<NotificationCommand> notifications,
    Function<String, RecipientRef<SagaProtocol.Command>> sagas,
    ActorRef<OutageCommand> outages,
    ActorRef<PauseCommand> pauses,
    ActorRef<StateCommand> state,
    NodePhase phase,
    Runnable stopNode,
    ActorRef<ConsistencyMonitor.Command> consistency,
    ErrorCatalog catalog,
    ActorRef<LedgerCommand> ledger,
    ActorRef<ModeCommand> modes,
    RecoveriesDesk.Engine engine,
    ActorDrill drill) {

  /** What never changes during a node's life. */
  public record Identity(String node, String version, Instant startedAt, long pid) {}

  /** The behavior behind {@link FrontDoor}. */
  public Behavior<GatewayCall> gateway() {
    return Gateway.create(token, desks());
  }

  /** Together they answer every request there is. */
  List<Desk> desks() {
    GatewaySettings settings = GatewaySettings.of(config);
    ProcessingSettings limits = ProcessingSettings.of(config);
    Asking asking = new Asking(system, settings.askTimeout());
    Executor blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    return List.of(
        new NodeDesk(
            asking,
            settings,
            identity,
            intake,
            device,
            processing,
            alerts,
            outages,
            pauses,
            consistency,
            journal,
            phase,
            blocking,
            stopNode),
        new DomainDesk(asking, settings, device, inference),
        new DrillDesk(drill, memory, RestartSettings.of(config)),
        new MemoryDesk(asking, settings.holdersMax(), memory, device),
        new ModelDesk(asking, settings.modelsTimeout(), model),
        new SessionDesk(asking, settings, processing, intake, new Templates(limits.templates())),
        new BlobDesk(
            blobs,
            limits.limits().inputBytes(),
            intake,
            keeper,
            stamper,
            new OpenUploads(settings.openUploads(), settings.uploadIdle(), System::nanoTime),
            blocking),
        new CheckpointDesk(
            asking,
            settings,
            new CheckpointArchive(blobs, checkpointHolds),
            CheckpointSettings.of(config),
            processing,
            Clock.systemUTC(),
            blocking),
        new AlertsDesk(asking, alerts),
        new ErrorsDesk(asking, catalog, ledger),
        new ModeDesk(asking, modes, ModeSettings.of(config)),
        new NotificationsDesk(asking, settings, notifications),
        new SagasDesk(asking, settings.listMax(), journal, sagas, alerts, blocking),
        new RecoveriesDesk(asking, settings.listMax(), journal, engine, blocking),
        new ConsistencyDesk(asking, consistency, ConsistencySettings.of(config).interval()),
        new ReviewDesk(asking, reviews, processing, blobs, blocking),
        new TransactionDesk(
            system,
            transactions,
            transactionIndex,
            ParticipationSettings.of(config).listMax(),
            ModeSettings.of(config).retryAfter(),
            blocking),
        new StateDesk(asking, settings, state, Clock.systemUTC()),
        new JournalDesk(journal, settings, EntityFolds.of(config), blocking));
  }
}
