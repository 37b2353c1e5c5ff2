package io.mainstay.actors.node;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.protection.ProtectionSettings;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSettings;
import io.mainstay.actors.gateway.RecoveriesDesk;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AllActions;
import io.mainstay.actors.recovery.action.NodePorts;
import io.mainstay.actors.recovery.action.device.FailedDevices;
import io.mainstay.actors.recovery.action.device.ReturnedDevices;
import io.mainstay.actors.recovery.action.memory.MemoryGauge;
import io.mainstay.actors.recovery.action.relief.ReliefSettings;
import io.mainstay.actors.recovery.action.relief.ReliefWatch;
import io.mainstay.actors.recovery.casebook.CaseCommand;
import io.mainstay.actors.recovery.engine.CoordinatorCommand;
import io.mainstay.actors.recovery.engine.CoordinatorSettings;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.actors.recovery.engine.RecoveryBook;
import io.mainstay.actors.recovery.engine.RecoveryCoordinator;
import io.mainstay.actors.recovery.engine.RecoveryDesk;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.actors.recovery.leak.LeakWatch;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.recovery.Recoveries;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryProtocol;
import io.mainstay.persistence.recovery.RecoverySettings;
import io.mainstay.persistence.recovery.RecoveryView;
import io.mainstay.persistence.recovery.RecoveryWork;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.transaction.TransactionObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * The recovery engine of a node: the catalogs, who does their steps, who decides. It stays when the
 * domains begin anew; its actions ask for those that live.
 */
final class NodeRecoveries {
  /** Events from a fault up to its root that are looked at. */
  private static final int LED_MAX = 1_000;

  private final RecoveriesDesk.Engine engine;
  private final ActorRef<RecoveryWork> desk;
  private final AtomicReference<Recoveries> recoveries;
  private final AtomicReference<NodePorts> living;
  private final AtomicReference<NodeComponents> components;

  private NodeRecoveries(
      RecoveriesDesk.Engine engine,
      ActorRef<RecoveryWork> desk,
      AtomicReference<Recoveries> recoveries,
      AtomicReference<NodePorts> living,
      AtomicReference<NodeComponents> components) {
    this.components = components;
    this.engine = engine;
    this.desk = desk;
    this.recoveries = recoveries;
    this.living = living;
  }

  /** Starts it; once per node, before the domains. {@link #begin} has recoveries go on. */
  static NodeRecoveries spawn(
      ActorContext<NodeCommand> ctx,
      NodeParts parts,
      NodeLogs logs,
      ErrorCatalog catalog,
      ActorRef<LedgerCommand> ledger) {
    CoordinatorSettings settings = CoordinatorSettings.of(parts.config());
    AtomicReference<NodePorts> living = new AtomicReference<>();
    ActionFloor floor =
        new ActionFloor(
            ctx.getSystem(),
            settings,
            living::get,
            new ActionFloor.Surroundings(
                parts.config(),
                parts.database(),
                parts.blobs(),
                parts.stamper(),
                logs.modes(),
                logs.alerts(),
                logs.notifications(),
                logs.reviews(),
                parts.intake()));
    FailedDevices failed = new FailedDevices();
    RecoveryActions actions = AllActions.on(floor, failed);
    RecoveryBook book = RecoveryBook.load(parts.config(), actions);
    catalog.require(book.implemented());
    RestartSettings restart = RestartSettings.of(parts.config());
    ActorSystem<?> system = ctx.getSystem();
    AtomicReference<Recoveries> recoveries = new AtomicReference<>();
    RecoveryCoordinator.Beginning beginning =
        (id, plan, cause) ->
            begin(system, recoveries.get(), id, plan, cause, settings.beginWithin());
    AtomicReference<NodeComponents> components = new AtomicReference<>();
    ActorRef<CaseCommand> cases =
        CaseKeeping.spawn(ctx, parts, logs, catalog, book, ledger, components);
    ActorRef<CoordinatorCommand> coordinator =
        ctx.spawn(
            NodeLogs.lasting(
                RecoveryCoordinator.create(
                    settings,
                    new RecoveryCoordinator.Collaborators(
                        parts.settings().name(),
                        book,
                        beginning,
                        lineage(floor, settings),
                        ledger,
                        cases,
                        logs.alerts(),
                        logs.notifications(),
                        parts.stamper(),
                        System::nanoTime)),
                restart),
            "recoveries");
    ActorRef<RecoveryWork> desk =
        ctx.spawn(
            NodeLogs.lasting(
                RecoveryDesk.create(parts.settings().name(), actions, coordinator::tell), restart),
            "recovery-desk");
    ctx.spawn(
        NodeLogs.lasting(
            ReliefWatch.create(ReliefSettings.of(parts.config()), floor, MemoryGauge.of(floor)),
            restart),
        "recovery-relief");
    ctx.spawn(
        NodeLogs.lasting(
            ReturnedDevices.create(ReliefSettings.of(parts.config()), floor, failed), restart),
        "returned-devices");
    ctx.spawn(
        NodeLogs.lasting(
            LeakWatch.create(
                parts.config(),
                () ->
                    floor
                        .ask(floor.ports().device(), DeviceCommand.ListDevices::new)
                        .thenApply(DeviceCommand.DeviceList::devices)),
            restart),
        "leak-watch");
    return new NodeRecoveries(
        new RecoveriesDesk.Engine(
            parts.settings().name(),
            DeviceSettings.of(parts.config()).deviceIds(),
            parts.stamper()::nextId,
            book,
            catalog,
            coordinator,
            cases,
            id -> recoveries.get().recovery(id)),
        desk,
        recoveries,
        living,
        components);
  }

  /** As the journal has it: the fault's event need not be durable, what led to it is. */
  private static RecoveryCoordinator.Lineage lineage(
      ActionFloor floor, CoordinatorSettings settings) {
    return eventId ->
        floor
            .blocking(() -> recoveriesBehind(floor.around().database(), eventId))
            .toCompletableFuture()
            .orTimeout(settings.beginWithin().toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Set<String> recoveriesBehind(Database database, String eventId) {
    try (JournalReader reader = JournalReader.of(database)) {
      return reader.leading(eventId, LED_MAX).stream()
          .filter(id -> id.startsWith(Recoveries.TYPE + "|"))
          .map(id -> id.substring(Recoveries.TYPE.length() + 1))
          .collect(Collectors.toSet());
    }
  }

  private static CompletionStage<Done> begin(
      ActorSystem<?> system,
      Recoveries recoveries,
      String id,
      RecoveryPlan plan,
      EventMeta cause,
      Duration within) {
    return AskPattern.<RecoveryProtocol.Command, RecoveryView>askWithStatus(
            recoveries.recovery(id),
            (ActorRef<StatusReply<RecoveryView>> replyTo) ->
                new RecoveryProtocol.Begin(plan, cause, replyTo),
            within,
            system.scheduler())
        .thenApply(begun -> Done.getInstance());
  }

  /** The domains are there: recoveries of an earlier life go on. */
  void begin(ActorSystem<?> system, NodeParts parts, TransactionObserver observer) {
    recoveries.set(
        Recoveries.start(
            ClusterSharding.get(system),
            RecoverySettings.of(parts.config()),
            parts.stamper(),
            desk,
            observer));
  }

  /** The domains as they are now; they began, or began anew. */
  void domainsAre(ActorSystem<?> system, NodeParts parts, Domains domains) {
    living.set(domains.ports());
    components.set(
        new NodeComponents(
            system,
            domains,
            CaseKeeping.devices(parts),
            ProtectionSettings.of(parts.config()).answerWithin()));
  }

  /** What clients ask. */
  RecoveriesDesk.Engine engine() {
    return engine;
  }
}
