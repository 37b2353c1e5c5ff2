package io.mainstay.actors.degradation;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/** What the node's {@link ModeKeeper} is told and asked. Node-local. */
public sealed interface ModeCommand
    permits ModeCommand.Enter,
        ModeCommand.Leave,
        ModeCommand.SetOverride,
        ModeCommand.ClearOverride,
        ModeCommand.Get,
        ModeCommand.Subscribe,
        ModeCommand.Restored,
        ModeCommand.Lift,
        ModeSignal {
  /**
   * There is a ground to be in a mode. Said again by the same source it changes nothing. The mode
   * holds at once, unless a person keeps the node out of it. Refused where neither the mode nor the
   * part lists the trigger.
   *
   * @param source who says so, and who takes it back; one ground for each source and key
   * @param cause the event that led to it, or null
   * @param replyTo told what holds once it is durable, or null
   */
  record Enter(
      ModeKey key,
      ModeTrigger trigger,
      String source,
      String reason,
      EventMeta cause,
      ActorRef<StatusReply<ModeView>> replyTo)
      implements ModeCommand {}

  /**
   * That source's ground is gone. When it was the last one the mode is left, not before its least
   * stay and its quiet time have passed.
   *
   * @param cause the event that led to it, or null
   * @param replyTo told what holds once it is durable, or null
   */
  record Leave(
      ModeKey key,
      String source,
      String reason,
      EventMeta cause,
      ActorRef<StatusReply<ModeView>> replyTo)
      implements ModeCommand {}

  /**
   * A person decides, whatever the grounds are, until it is cleared.
   *
   * @param on true to be in the mode, false to stay out of it
   */
  record SetOverride(
      ModeKey key, boolean on, String by, String reason, ActorRef<StatusReply<ModeView>> replyTo)
      implements ModeCommand {}

  /**
   * A person takes that back, and drops all grounds that there are now: the mode is left at once.
   * It is entered again when one of its sources says so anew. Refused when neither is there.
   */
  record ClearOverride(
      ModeKey key, String by, String reason, ActorRef<StatusReply<ModeView>> replyTo)
      implements ModeCommand {}

  /**
   * Whoever steers the way back has seen that all is well: those of these modes are left that have
   * no ground and are in nobody's hand.
   *
   * @param cause the event that says so
   * @param replyTo told what holds once it is durable
   */
  record Restored(
      List<ModeKey> keys, String reason, EventMeta cause, ActorRef<StatusReply<ModeView>> replyTo)
      implements ModeCommand {
    public Restored {
      keys = List.copyOf(keys);
    }
  }

  /**
   * From now on that is not demanded, and nothing else is lifted. Not durable.
   *
   * @param replyTo told once it is so, or null
   */
  record Lift(Lifted lifted, ActorRef<Done> replyTo) implements ModeCommand {}

  /** What holds. */
  record Get(ActorRef<ModeView> replyTo) implements ModeCommand {}

  /**
   * From now on the subscriber hears of every change; first of the modes that hold. One that ends
   * is forgotten.
   */
  record Subscribe(ActorRef<ModeChanged> subscriber) implements ModeCommand {}
}
