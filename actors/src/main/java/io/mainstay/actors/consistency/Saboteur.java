package io.mainstay.actors.consistency;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.transaction.TransactionCommand;
import io.mainstay.actors.transaction.resource.PinPurpose;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.participant.Holding;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes divergences in a running node, so that tests see them found and repaired. Does nothing
 * unless fault injection is on.
 */
public final class Saboteur {
  /** Most divergences at a time. */
  public static final int COUNT_MAX = 1_000;

  /** Those of which each makes a divergence of its own, however many there are. */
  private static final List<Sabotage> DISTINCT =
      List.of(Sabotage.LEDGER_WITHOUT_MODEL, Sabotage.LOST_HEAP, Sabotage.GHOST_SESSION);

  private static final long GHOST_BYTES = 4096;

  private static final Duration LIST_WITHIN = Duration.ofSeconds(5);

  /** Ways to harm. */
  enum Sabotage {
    /** Memory is reserved for a model that is nowhere. */
    LEDGER_WITHOUT_MODEL,
    /** The reservations of a device's models are given back while the models stay. */
    MODEL_WITHOUT_LEDGER,
    /** The ledger's budget is another one. */
    LEDGER_BUDGET,
    /** The model domain believes that the device lost its models. */
    STALE_RESIDENCE,
    /** The model domain believes in a model that is nowhere. */
    GHOST_RESIDENCE,
    /** The inference domain believes in a model that is nowhere. */
    STALE_SEAT,
    /** A turn for a session that has no runner. */
    LOST_TURN,
    /** Heap of a session that has no runner. */
    LOST_HEAP,
    /** A session counts as open that never was. */
    GHOST_SESSION,
    /** Spans of the arena that no call holds. */
    LOST_LEASES,
    /** A device is reserved, memory, heap and a model are held for transactions that never were. */
    LEAKED_CLAIMS,
    /** What transactions hold is given back behind their participants. */
    LOST_CLAIMS,
    /** The worker unloads its models, and the host's books do not hear of it. */
    LOST_MODELS
  }

  private final NodeFacts.Domains domains;
  private final List<String> devices;
  private final List<String> models;
  private final boolean allowed;

  /**
   * A saboteur of those devices.
   *
   * @param models that are loaded on each of them
   * @param allowed whether fault injection is on
   */
  public Saboteur(
      NodeFacts.Domains domains, List<String> devices, List<String> models, boolean allowed) {
    this.domains = domains;
    this.devices = List.copyOf(devices);
    this.models = List.copyOf(models);
    this.allowed = allowed;
  }

  /**
   * Makes them at once; returns how many.
   *
   * @throws Refusal if it may not, or knows no such way
   */
  int make(String kind, int count, long seed, ActorContext<?> ctx) {
    if (!allowed) {
      throw Refusal.of(
          "fault_injection_off",
          "No divergence can be made: mainstay.device.worker.fault-injection is off",
          "Start the node with mainstay.device.worker.fault-injection = on");
    }
    if (count < 1 || count > COUNT_MAX) {
      throw Refusal.of(
          "invalid_request", count + " divergences were asked for", "Ask for 1 to " + COUNT_MAX);
    }
    List<Sabotage> ways = ways(kind);
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      Sabotage way = ways.get(i % ways.size());
      harm(way, devices.get(random.nextInt(devices.size())), seed + "-" + i, random, ctx);
    }
    return count;
  }

  private static List<Sabotage> ways(String kind) {
    if (kind.equals("all")) {
      return List.of(Sabotage.values());
    }
    if (kind.equals("distinct")) {
      return DISTINCT;
    }
    try {
      return List.of(Sabotage.valueOf(kind.toUpperCase(Locale.ROOT).replace('-', '_')));
    } catch (IllegalArgumentException unknown) {
      throw Refusal.of(
          "unknown_divergence",
          "there is no way '" + kind + "' to make a divergence",
          "one of: all, distinct, "
              + Arrays.stream(Sabotage.values())
                  .map(way -> way.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                  .collect(Collectors.joining(", ")));
    }
  }

  private void harm(Sabotage way, String device, String name, Random random, ActorContext<?> ctx) {
    switch (way) {
      case LEDGER_WITHOUT_MODEL ->
          domains
              .memory()
              .tell(
                  new MemoryCommand.Correct(
                      device,
                      MemoryOwners.ofModel("ghost-" + name),
                      0,
                      GHOST_BYTES + random.nextInt(1 << 20),
                      ctx.getSystem().ignoreRef()));
      case MODEL_WITHOUT_LEDGER ->
          models.forEach(
              model ->
                  domains
                      .memory()
                      .tell(
                          new MemoryCommand.Release(
                              device, MemoryOwners.ofModel(model), ctx.getSystem().ignoreRef())));
      case LEDGER_BUDGET ->
          domains
              .memory()
              .tell(new MemoryCommand.RegisterDevice(device, 1 + random.nextInt(1 << 30)));
      case STALE_RESIDENCE -> domains.model().tell(new ModelCommand.Believe(device, Set.of()));
      case GHOST_RESIDENCE ->
          domains.model().tell(new ModelCommand.Believe(device, with("ghost-" + name)));
      case STALE_SEAT ->
          domains.inference().tell(new InferenceCommand.Believe(device, with("ghost-" + name)));
      case LOST_TURN -> loseTurn(name, ctx);
      case LOST_HEAP -> put("GHOST-HEAP-" + name, ProcessingCommand.Right.HEAP_LOST);
      case GHOST_SESSION -> put("GHOST-SESSION-" + name, ProcessingCommand.Right.COUNTED_OPEN);
      case LOST_LEASES -> domains.device().tell(new DeviceCommand.LoseLeases(device, 1));
      case LEAKED_CLAIMS -> leak(device, "GHOST-TRANSACTION-" + name, ctx);
      case LOST_CLAIMS -> loseClaims(ctx);
      case LOST_MODELS ->
          models.forEach(
              model -> domains.device().tell(new DeviceCommand.LoseModel(device, model)));
      default -> throw new IllegalStateException("No way " + way);
    }
  }

  private Set<String> with(String ghost) {
    return Stream.concat(models.stream(), Stream.of(ghost)).collect(Collectors.toSet());
  }

  private void put(String sessionId, ProcessingCommand.Right right) {
    domains.processing().tell(new ProcessingCommand.PutRight(sessionId, right));
  }

  private void leak(String device, String transaction, ActorContext<?> ctx) {
    domains
        .device()
        .tell(
            new DeviceCommand.Reserve(
                new DeviceReservation(
                    device, transaction, "nobody", DeviceReservation.Kind.MODEL_LOADING),
                ctx.getSystem().ignoreRef()));
    domains
        .memory()
        .tell(
            new MemoryCommand.Correct(
                device,
                MemoryOwners.ofTransaction(transaction),
                0,
                GHOST_BYTES,
                ctx.getSystem().ignoreRef()));
    domains
        .processing()
        .tell(
            new ProcessingCommand.ReserveHeap(
                transaction, WorkClass.BATCH, 1, ctx.getSystem().ignoreRef()));
    models.stream()
        .limit(1)
        .forEach(
            model ->
                domains
                    .model()
                    .tell(
                        new ModelCommand.Pin(
                            model,
                            PinPurpose.MODEL.holder(transaction),
                            0,
                            ctx.getSystem().ignoreRef())));
  }

  private void loseClaims(ActorContext<?> ctx) {
    ActorSystem<?> system = ctx.getSystem();
    AskPattern.ask(
            domains.transaction(),
            TransactionCommand.ListHoldings::new,
            LIST_WITHIN,
            system.scheduler())
        .thenAccept(
            list ->
                list.participants()
                    .forEach(held -> held.holdings().forEach(each -> loseClaim(each, system))));
  }

  private void loseClaim(Holding holding, ActorSystem<?> system) {
    String id = holding.transactionId();
    if (holding.work() instanceof ParticipantWork.ReserveDevice work) {
      domains.device().tell(new DeviceCommand.GiveBack(work.deviceId(), id, system.ignoreRef()));
    } else if (holding.work() instanceof ParticipantWork.AllocateMemory work) {
      domains
          .memory()
          .tell(new MemoryCommand.Release(work.deviceId(), work.holder(), system.ignoreRef()));
    } else if (holding.work() instanceof ParticipantWork.ReserveSession) {
      domains.processing().tell(new ProcessingCommand.FreeHeap(id, system.ignoreRef()));
    } else {
      for (PinPurpose purpose : PinPurpose.values()) {
        domains.model().tell(new ModelCommand.Unpin(purpose.holder(id), system.ignoreRef()));
      }
    }
  }

  /** A granted turn that nobody uses; its holder lives as long as the monitor. */
  private void loseTurn(String name, ActorContext<?> ctx) {
    ActorRef<InferenceCommand.TurnReply> holder = ctx.spawnAnonymous(Behaviors.ignore());
    domains
        .inference()
        .tell(
            new InferenceCommand.RequestTurn(
                "GHOST-TURN-" + name + "/0/1", "builtin", WorkClass.BATCH, false, "", holder));
  }
}
