package io.mainstay.persistence.transaction.participant;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import java.util.List;

/**
 * The log of one participant, {@code Participant|<node>:<participant>}. Node-local; one writer. A
 * persist that fails stops it: its owner starts it again and reads what is true.
 */
public final class ParticipantLog
    extends EventSourcedBehavior<ParticipantLog.Command, ParticipantEvent, Holdings> {
  /** What a log understands. Node-local. */
  public sealed interface Command {}

  /** Write these in one atomic write. */
  public record Write(List<ParticipantEvent> events, ActorRef<Written> replyTo) implements Command {
    public Write {
      events = List.copyOf(events);
    }
  }

  /** What is held now. */
  public record Read(ActorRef<Holdings> replyTo) implements Command {}

  /** They are durable. */
  public record Written(Holdings now, List<ParticipantEvent> events) {}

  /** What stands before the bar of every persistence id, so fixed for ever. */
  static final String TYPE = "Participant";

  private final ParticipantSettings settings;

  private ParticipantLog(PersistenceId id, ParticipantSettings settings) {
    super(id);
    this.settings = settings;
  }

  /** The log of that participant. */
  public static Behavior<Command> create(
      String node, String participant, ParticipantSettings settings) {
    return new ParticipantLog(
        PersistenceId.ofUniqueId(TYPE + "|" + node + ":" + participant), settings);
  }

  @Override
  public Holdings emptyState() {
    return Holdings.none();
  }

  @Override
  public CommandHandler<Command, ParticipantEvent, Holdings> commandHandler() {
    return (state, command) -> {
      if (command instanceof Write write) {
        return Effect()
            .persist(write.events())
            .thenRun(after -> write.replyTo().tell(new Written(after, write.events())));
      }
      Read read = (Read) command;
      return Effect().none().thenRun(after -> read.replyTo().tell(after));
    };
  }

  @Override
  public EventHandler<Holdings, ParticipantEvent> eventHandler() {
    return Holdings::after;
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(settings.snapshotEvery(), settings.snapshotsKept());
  }
}
