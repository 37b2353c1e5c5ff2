package io.mainstay.actors.recovery;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.eventstream.EventStream;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.Optional;

/**
 * How anybody says that something went wrong without throwing: over the node's event stream, so
 * that no domain holds a reference to recovery, and nothing happens where there is none. Costs one
 * message. Thread-safe.
 */
public final class FaultVoice {
  private final ActorRef<EventStream.Command> stream;

  private FaultVoice(ActorRef<EventStream.Command> stream) {
    this.stream = stream;
  }

  /** The voice of that node. */
  public static FaultVoice of(ActorSystem<?> system) {
    return new FaultVoice(system.eventStream());
  }

  /**
   * Says it.
   *
   * @param component what it is about, such as {@code device/cpu-0}
   * @param sign what was recognised
   * @param cause event that led here, or null
   */
  public void raise(String component, Recognised sign, EventMeta cause) {
    stream.tell(new EventStream.Publish<>(new RecoveryCommand.RaiseFault(component, sign, cause)));
  }

  /** The same, if there is a sign. */
  public void raise(String component, Optional<Recognised> sign, EventMeta cause) {
    sign.ifPresent(seen -> raise(component, seen, cause));
  }
}
