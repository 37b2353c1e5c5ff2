package io.mainstay.actors.transaction;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.support.ScriptedDevices;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.transaction.resource.DeviceResources;
import io.mainstay.actors.transaction.resource.Domain;
import io.mainstay.actors.transaction.resource.MemoryResources;
import io.mainstay.actors.transaction.resource.ModelResources;
import io.mainstay.actors.transaction.resource.Resources;
import io.mainstay.actors.transaction.resource.WorkerHolds;
import io.mainstay.actors.transaction.resource.WorkerResources;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.Participants;
import io.mainstay.persistence.transaction.Transaction;
import io.mainstay.persistence.transaction.TransactionObserver;
import io.mainstay.persistence.transaction.TransactionOutcome;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionProtocol;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import io.mainstay.persistence.transaction.TransactionProtocol.Verdict;
import io.mainstay.persistence.transaction.TransactionSettings;
import io.mainstay.persistence.transaction.TransactionWiring;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The real transaction entity on a journal in memory, without a cluster. */
public final class MemoryTransactions implements TransactionStarter, Coordinator {
  private static final Duration WAIT = Duration.ofSeconds(20);

  /** Ids, in the order of their beginning. */
  public final List<String> begun = new CopyOnWriteArrayList<>();

  private final ActorTestKit kit;
  private final TransactionSettings settings;
  private final EventStamper stamper = EventStamper.system();
  private final TestProbe<ClusterSharding.ShardCommand> shard;
  private final ActorRef<ParticipantCommand> participants;
  private final Map<String, ActorRef<TransactionProtocol.Command>> entities =
      new ConcurrentHashMap<>();
  private volatile ActorRef<TransactionCommand> desk;

  public MemoryTransactions(ActorTestKit kit) {
    this.kit = kit;
    this.settings = TransactionSettings.of(kit.system().settings().config());
    this.shard = kit.createTestProbe();
    this.participants =
        kit.spawn(
            Behaviors.receiveMessage(
                command -> {
                  desk.tell(new TransactionCommand.CarryOut(command));
                  return Behaviors.same();
                }));
  }

  /** Whoever takes part from now on. */
  public void participantsAre(ActorRef<TransactionCommand> supervisor) {
    desk = supervisor;
  }

  /** The participants of loads take part, on these domains. */
  public void participantsAre(
      ActorRef<DeviceCommand> devices,
      ActorRef<MemoryCommand> memory,
      ActorRef<ModelCommand> models) {
    Map<String, Resources> resources = new LinkedHashMap<>();
    resources.put(
        Participants.DEVICE, new DeviceResources(new Domain<>(devices, WAIT, kit.system())));
    resources.put(
        Participants.MEMORY, new MemoryResources(new Domain<>(memory, WAIT, kit.system())));
    resources.put(Participants.MODEL, new ModelResources(new Domain<>(models, WAIT, kit.system())));
    for (String deviceId : List.of("cpu-0", "cpu-1")) {
      ScriptedDevices workers = new ScriptedDevices();
      workers.up(new ScriptedWorker(deviceId, 1));
      resources.put(
          Participants.worker(deviceId),
          new WorkerResources(
              new Domain<>(
                  kit.spawn(WorkerHolds.create(deviceId, kit.spawn(workers.behavior()), WAIT)),
                  WAIT,
                  kit.system())));
    }
    participantsAre(
        kit.spawn(
            TransactionSupervisor.create(
                ParticipationSettings.of(kit.system().settings().config()),
                new TransactionCollaborators(
                    "node",
                    stamper.nextId(),
                    resources,
                    this,
                    stamper,
                    TransactionObserver.NONE,
                    ChildGuard.restarting()))));
  }

  /** The stamper of everything here. */
  public EventStamper stamper() {
    return stamper;
  }

  /** Coordinators are gone, and come back from the journal when they are asked. */
  void restart() {
    entities.values().forEach(kit::stop);
    entities.clear();
  }

  @Override
  public String nextId() {
    return stamper.nextId();
  }

  @Override
  public CompletionStage<TransactionOutcome> carryThrough(
      String transactionId, TransactionPlan plan) {
    begun.add(transactionId);
    return AskPattern.askWithStatus(
        entity(transactionId),
        replyTo -> new TransactionProtocol.Begin(plan, null, replyTo),
        WAIT,
        kit.scheduler());
  }

  @Override
  public CompletionStage<TransactionProtocol.Released> release(
      String transactionId, boolean handOver, String reason) {
    return AskPattern.ask(
        entity(transactionId),
        replyTo -> new TransactionProtocol.Release(handOver, reason, replyTo),
        WAIT,
        kit.scheduler());
  }

  TransactionView view(String transactionId) {
    return AskPattern.<TransactionProtocol.Command, TransactionView>askWithStatus(
            entity(transactionId), TransactionProtocol.Get::new, WAIT, kit.scheduler())
        .toCompletableFuture()
        .join();
  }

  @Override
  public void outcome(String transactionId, String participant, ActorRef<Verdict> replyTo) {
    entity(transactionId).tell(new TransactionProtocol.OutcomeAsked(participant, replyTo));
  }

  @Override
  public void release(String transactionId, String reason) {
    entity(transactionId)
        .tell(new TransactionProtocol.Release(false, reason, kit.system().ignoreRef()));
  }

  private ActorRef<TransactionProtocol.Command> entity(String transactionId) {
    return entities.computeIfAbsent(
        transactionId,
        id ->
            kit.spawn(
                Transaction.create(
                    id,
                    settings,
                    new TransactionWiring(
                        stamper,
                        participants,
                        stuck -> {},
                        settled -> {},
                        TransactionObserver.NONE),
                    shard.getRef())));
  }
}
