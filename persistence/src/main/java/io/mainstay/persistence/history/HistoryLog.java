package io.mainstay.persistence.history;

import akka.actor.typed.ActorRef;
import akka.actor.typed.BackoffSupervisorStrategy;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import io.mainstay.persistence.entity.WriteFailures;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One event-sourced log of a node, for one family of events. Node-local, not sharded; one writer
 * per log. A persist that fails has it recover, as {@link WriteFailures} says; but a device's log
 * stops, and its owner, who keeps what is not written, starts it again. What is true is what
 * recovery reads.
 *
 * @param <E> the sealed family
 */
public final class HistoryLog<E extends CausedEvent>
    extends EventSourcedBehavior<HistoryLog.Command<E>, E, HistoryState> {
  // Names of the logs; part of every persistence id, so fixed for ever.
  static final String DEVICE = "Device";
  static final String FAULTS = "Faults";
  static final String DEAD_LETTERS = "DeadLetters";
  static final String NODE = "Node";
  static final String SAFETY_POLICY = "SafetyPolicy";
  static final String OUTAGES = "Outages";
  static final String CONSISTENCY = "Consistency";

  /** What a log understands. Node-local. */
  public sealed interface Command<E extends CausedEvent> {}

  /**
   * Write the event. Stamp it with an {@code EventStamper} first.
   *
   * @param replyTo told the event's identity once it is durable, or null
   */
  public record Record<E extends CausedEvent>(E event, ActorRef<EventMeta> replyTo)
      implements Command<E> {
    /** Write it, and tell nobody. */
    public static <E extends CausedEvent> Record<E> of(E event) {
      return new Record<>(event, null);
    }
  }

  /** The last events, oldest first, at most {@code limit} and at most what the settings keep. */
  public record Recent<E extends CausedEvent>(int limit, ActorRef<Recorded<E>> replyTo)
      implements Command<E> {}

  /**
   * Answer to {@link Recent}.
   *
   * @param total events since the beginning
   */
  public record Recorded<E extends CausedEvent>(long total, List<E> events) {
    public Recorded {
      events = List.copyOf(events);
    }
  }

  private final Class<E> family;
  private final HistorySettings settings;
  private final Consumer<E> told;

  private HistoryLog(
      Class<E> family,
      PersistenceId id,
      HistorySettings settings,
      Consumer<E> told,
      Optional<BackoffSupervisorStrategy> onWriteFailure) {
    super(id, onWriteFailure);
    this.family = family;
    this.settings = settings;
    this.told = told;
  }

  /** History of a device: {@code Device|<node>:<device>}. */
  public static Behavior<Command<DeviceEvent>> device(
      String node, String deviceId, HistorySettings settings) {
    return device(node, deviceId, settings, event -> {});
  }

  /**
   * The same, and tells of each event once it is durable.
   *
   * @param told on the log's own thread; must neither block nor throw
   */
  public static Behavior<Command<DeviceEvent>> device(
      String node, String deviceId, HistorySettings settings, Consumer<DeviceEvent> told) {
    return new HistoryLog<>(
        DeviceEvent.class,
        PersistenceId.ofUniqueId(DEVICE + "|" + node + ":" + deviceId),
        settings,
        told,
        Optional.empty());
  }

  /** Faults of a node: {@code Faults|<node>}. */
  public static Behavior<Command<FaultEvent>> faults(String node, HistorySettings settings) {
    return faults(node, settings, event -> {});
  }

  /** The same, and tells of each event once it is durable; as for a device. */
  public static Behavior<Command<FaultEvent>> faults(
      String node, HistorySettings settings, Consumer<FaultEvent> told) {
    return lasting(FaultEvent.class, PersistenceId.ofUniqueId(FAULTS + "|" + node), settings, told);
  }

  /** Dead letters of a node: {@code DeadLetters|<node>}. */
  public static Behavior<Command<DeadLetterEvent>> deadLetters(
      String node, HistorySettings settings) {
    return create(
        DeadLetterEvent.class, PersistenceId.ofUniqueId(DEAD_LETTERS + "|" + node), settings);
  }

  /** Life of a node: {@code Node|<node>}. */
  public static Behavior<Command<NodeEvent>> node(String node, HistorySettings settings) {
    return node(node, settings, event -> {});
  }

  /** The same, and tells of each event once it is durable; as for a device. */
  public static Behavior<Command<NodeEvent>> node(
      String node, HistorySettings settings, Consumer<NodeEvent> told) {
    return lasting(NodeEvent.class, PersistenceId.ofUniqueId(NODE + "|" + node), settings, told);
  }

  /**
   * Outages of a node's devices: {@code Outages|<node>}.
   *
   * @param told of each event once it is durable; as for a device
   */
  public static Behavior<Command<OutageEvent>> outages(
      String node, HistorySettings settings, Consumer<OutageEvent> told) {
    return lasting(
        OutageEvent.class, PersistenceId.ofUniqueId(OUTAGES + "|" + node), settings, told);
  }

  /** Safety policies of a node: {@code SafetyPolicy|<node>}. */
  public static Behavior<Command<SafetyPolicyEvent>> safetyPolicy(
      String node, HistorySettings settings) {
    return create(
        SafetyPolicyEvent.class, PersistenceId.ofUniqueId(SAFETY_POLICY + "|" + node), settings);
  }

  /** Divergences of a node and their repairs: {@code Consistency|<node>}. */
  public static Behavior<Command<ConsistencyEvent>> consistency(
      String node, HistorySettings settings) {
    return create(
        ConsistencyEvent.class, PersistenceId.ofUniqueId(CONSISTENCY + "|" + node), settings);
  }

  static <E extends CausedEvent> Behavior<Command<E>> create(
      Class<E> family, PersistenceId id, HistorySettings settings) {
    return lasting(family, id, settings, event -> {});
  }

  private static <E extends CausedEvent> Behavior<Command<E>> lasting(
      Class<E> family, PersistenceId id, HistorySettings settings, Consumer<E> told) {
    return Behaviors.setup(
        ctx ->
            new HistoryLog<>(
                family, id, settings, told, Optional.of(WriteFailures.strategy(ctx.getSystem()))));
  }

  @Override
  public HistoryState emptyState() {
    return HistoryState.empty();
  }

  @Override
  public CommandHandler<Command<E>, E, HistoryState> commandHandler() {
    return (state, command) -> {
      if (command instanceof Record<E> record) {
        return Effect()
            .persist(record.event())
            .thenRun(
                after -> {
                  told.accept(record.event());
                  if (record.replyTo() != null) {
                    record.replyTo().tell(record.event().meta());
                  }
                });
      }
      Recent<E> recent = (Recent<E>) command;
      return Effect().none().thenRun(after -> recent.replyTo().tell(last(after, recent.limit())));
    };
  }

  @Override
  public EventHandler<HistoryState, E> eventHandler() {
    return (state, event) -> state.with(event, settings.recentEvents());
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(settings.snapshotEvery(), settings.snapshotsKept());
  }

  private Recorded<E> last(HistoryState state, int limit) {
    int size = state.recent().size();
    int from = Math.max(0, size - Math.max(0, limit));
    return new Recorded<>(
        state.recorded(), state.recent().subList(from, size).stream().map(family::cast).toList());
  }
}
