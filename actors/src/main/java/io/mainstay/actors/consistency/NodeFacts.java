package io.mainstay.actors.consistency;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.ShardRegion;
import akka.cluster.sharding.typed.GetShardRegionState;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.cluster.typed.Cluster;
import akka.japi.function.Function;
import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.JournalFacts;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.consistency.check.NodeSnapshot;
import io.mainstay.actors.consistency.check.NodeSnapshot.Part;
import io.mainstay.actors.consistency.check.SagaFacts;
import io.mainstay.actors.consistency.check.SystemFacts;
import io.mainstay.actors.consistency.check.TransactionFacts;
import io.mainstay.actors.consistency.check.WorkFacts;
import io.mainstay.actors.consistency.system.SystemProbe;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.transaction.TransactionCommand;
import io.mainstay.persistence.saga.Sagas;
import io.mainstay.persistence.session.OpenWork;
import io.mainstay.persistence.transaction.Transactions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;

/**
 * Takes snapshots of a node: asks all domains at once, each with the same bound, then reads the
 * journal and the kernel on the blocking dispatcher. Thread-safe.
 */
public final class NodeFacts implements SnapshotSource {
  /** The domains that are asked. */
  public record Domains(
      ActorRef<MemoryCommand> memory,
      ActorRef<DeviceCommand> device,
      ActorRef<ModelCommand> model,
      ActorRef<InferenceCommand> inference,
      ActorRef<ProcessingCommand> processing,
      ActorRef<TransactionCommand> transaction) {}

  private final ActorSystem<?> system;
  private final Domains domains;
  private final ConsistencySettings settings;
  private final OpenWork work;
  private final SystemProbe probe;
  private final Clock clock;
  private final Executor blocking;
  private final int shards;
  private final Logger log;

  /** The facts of this node. */
  public NodeFacts(
      ActorSystem<?> system,
      Domains domains,
      ConsistencySettings settings,
      OpenWork work,
      SystemProbe probe,
      Clock clock) {
    this.system = system;
    this.domains = domains;
    this.settings = settings;
    this.work = work;
    this.probe = probe;
    this.clock = clock;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    this.shards = system.settings().config().getInt("akka.cluster.sharding.number-of-shards");
    this.log = system.log();
  }

  @Override
  public CompletionStage<NodeSnapshot> take() {
    Duration inner = settings.answerTimeout().multipliedBy(3).dividedBy(4);
    var ledgers =
        this.<MemoryCommand, MemoryCommand.LedgerList>ask(
            domains.memory, MemoryCommand.ListLedgers::new);
    var devices =
        this.<DeviceCommand, DeviceCommand.Inspected>ask(
            domains.device, replyTo -> new DeviceCommand.Inspect(inner, replyTo));
    var models = this.<ModelCommand, ModelFacts>ask(domains.model, ModelCommand.GetFacts::new);
    var inference =
        this.<InferenceCommand, InferenceCommand.Facts>ask(
            domains.inference, InferenceCommand.GetFacts::new);
    var processing =
        this.<ProcessingCommand, ProcessingCommand.Facts>ask(
            domains.processing, ProcessingCommand.GetFacts::new);
    var holdings =
        this.<TransactionCommand, TransactionCommand.HoldingList>ask(
            domains.transaction, TransactionCommand.ListHoldings::new);
    var reservations =
        this.<DeviceCommand, DeviceCommand.DeviceList>ask(
            domains.device, DeviceCommand.ListDevices::new);
    var coordinators = entities(Transactions.KEY);
    var drivers = entities(Sagas.KEY);
    return CompletableFuture.allOf(
            ledgers,
            devices,
            models,
            inference,
            processing,
            holdings,
            reservations,
            coordinators,
            drivers)
        .thenApplyAsync(
            all ->
                snapshot(
                    ledgers.join(),
                    devices.join().filter(DeviceCommand.Inspected::complete),
                    models.join(),
                    inference.join(),
                    processing.join(),
                    holdings.join(),
                    reservations.join(),
                    coordinators.join(),
                    drivers.join()),
            blocking);
  }

  private CompletableFuture<Optional<ShardRegion.CurrentShardRegionState>> entities(
      EntityTypeKey<?> type) {
    return ask(
        ClusterSharding.get(system).shardState(),
        replyTo -> new GetShardRegionState(type, replyTo));
  }

  private <C, R> CompletableFuture<Optional<R>> ask(
      ActorRef<C> whom, Function<ActorRef<R>, C> question) {
    return AskPattern.ask(whom, question, settings.answerTimeout(), system.scheduler())
        .toCompletableFuture()
        .handle(
            (answer, failure) -> {
              if (failure != null) {
                log.info("no answer for a look whom={} cause={}", whom.path(), failure.toString());
              }
              return Optional.ofNullable(answer);
            });
  }

  private NodeSnapshot snapshot(
      Optional<MemoryCommand.LedgerList> ledgers,
      Optional<DeviceCommand.Inspected> devices,
      Optional<ModelFacts> models,
      Optional<InferenceCommand.Facts> inference,
      Optional<ProcessingCommand.Facts> processing,
      Optional<TransactionCommand.HoldingList> holdings,
      Optional<DeviceCommand.DeviceList> reservations,
      Optional<ShardRegion.CurrentShardRegionState> coordinators,
      Optional<ShardRegion.CurrentShardRegionState> drivers) {
    Instant now = clock.instant();
    Set<Part> present = EnumSet.noneOf(Part.class);
    ledgers.ifPresent(known -> present.add(Part.MEMORY));
    devices.ifPresent(known -> present.add(Part.DEVICE));
    models.ifPresent(known -> present.add(Part.MODEL));
    inference.ifPresent(known -> present.add(Part.INFERENCE));
    processing.ifPresent(known -> present.add(Part.PROCESSING));
    if (holdings.isPresent() && reservations.isPresent()) {
      present.add(Part.TRANSACTION);
    }
    JournalFacts journal = journal(present, now);
    SystemFacts kernel = kernel(models, present);
    List<DeviceFacts> deviceFacts = devices.map(DeviceCommand.Inspected::devices).orElse(List.of());
    List<LedgerView> books = ledgers.map(MemoryCommand.LedgerList::ledgers).orElse(List.of());
    WorkFacts underWay =
        new WorkFacts(
            inference.map(InferenceCommand.Facts::seats).orElse(List.of()),
            inference.map(InferenceCommand.Facts::turns).orElse(List.of()),
            processing.map(ProcessingCommand.Facts::runners).orElse(Set.of()),
            known(processing.map(ProcessingCommand.Facts::open).orElse(Set.of()), journal),
            processing.map(ProcessingCommand.Facts::settling).orElse(Set.of()),
            processing.map(ProcessingCommand.Facts::heap).orElse(Map.of()));
    TransactionFacts transactions =
        new TransactionFacts(
            holdings
                .map(list -> list.participants().stream().map(h -> holdings(h, now)).toList())
                .orElse(List.of()),
            reservations.map(DeviceCommand.DeviceList::reservations).orElse(List.of()),
            processing.map(ProcessingCommand.Facts::reserved).orElse(Map.of()),
            AwakeEntities.of(coordinators, journal.transactions(), shards, starting()));
    SagaFacts sagas = new SagaFacts(AwakeEntities.of(drivers, journal.sagas(), shards, starting()));
    return new NodeSnapshot(
        present,
        deviceFacts,
        books,
        models.orElse(ModelFacts.NONE),
        underWay,
        transactions,
        sagas,
        journal,
        kernel);
  }

  /** One whose shard is on its way asks for its runner when it is there. */
  private Set<String> known(Set<String> open, JournalFacts journal) {
    if (!starting()) {
      return open;
    }
    Set<String> known = new HashSet<>(open);
    known.addAll(journal.open());
    return known;
  }

  private boolean starting() {
    return system.uptime() < settings.waking().toSeconds();
  }

  private static TransactionFacts.Participation holdings(
      TransactionCommand.Held held, Instant now) {
    return new TransactionFacts.Participation(
        held.participant(),
        held.holdings().stream()
            .map(
                each ->
                    new TransactionFacts.Held(
                        each.transactionId(),
                        each.work(),
                        each.owner(),
                        each.life().equals(held.life()),
                        each.committed(),
                        Duration.between(each.since(), now)))
            .toList(),
        held.working());
  }

  /** With several nodes a session may be at home on another one, and nothing can be said. */
  private JournalFacts journal(Set<Part> present, Instant now) {
    if (!isAlone()) {
      return JournalFacts.NONE;
    }
    try {
      OpenWork.Look look = work.look(settings.journalRowsMax());
      if (look.complete()) {
        present.add(Part.JOURNAL);
      }
      return JournalFacts.of(look, now);
    } catch (RuntimeException e) {
      log.warn("journal not read for a look cause={}", e.toString());
      return JournalFacts.NONE;
    }
  }

  private boolean isAlone() {
    return StreamSupport.stream(Cluster.get(system).state().getMembers().spliterator(), false)
            .count()
        <= 1;
  }

  private SystemFacts kernel(Optional<ModelFacts> models, Set<Part> present) {
    try {
      SystemFacts facts = probe.read(models.map(ModelFacts::files).orElse(List.of()));
      present.add(Part.SYSTEM);
      models.ifPresent(known -> present.add(Part.FILES));
      return facts;
    } catch (RuntimeException e) {
      log.warn("kernel not read for a look cause={}", e.toString());
      return SystemFacts.NONE;
    }
  }
}
