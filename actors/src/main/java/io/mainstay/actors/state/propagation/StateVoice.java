package io.mainstay.actors.state.propagation;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.eventstream.EventStream;
import io.mainstay.actors.state.cache.CacheKey;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import java.util.Set;

/**
 * How an actor says that state changed: over the node's event stream, so that no domain holds a
 * reference to the desk, and nothing happens where there is none. Costs one message. Thread-safe.
 */
public final class StateVoice {
  private final ActorRef<EventStream.Command> stream;

  private StateVoice(ActorRef<EventStream.Command> stream) {
    this.stream = stream;
  }

  /** The voice of that node. */
  public static StateVoice of(ActorSystem<?> system) {
    return new StateVoice(system.eventStream());
  }

  /** State of the orchestrator changed; told to the workers of those devices. */
  public void say(StateMessage message, Set<String> devices) {
    tell(new StateCommand.Announce(CacheKey.NODE, message, devices));
  }

  /** State of what runs beside the devices, on the workers' side, changed. */
  public void sayBeside(StateMessage message) {
    tell(new StateCommand.Announce(StateCommand.RUNNERS, message, Set.of()));
  }

  /** A worker told something. */
  public void heard(String deviceId, StateEnvelope told) {
    tell(new StateCommand.Heard(deviceId, told));
  }

  /** That incarnation is the one to hear. */
  public void greeted(String deviceId, long epoch) {
    tell(new StateCommand.WorkerGreeted(deviceId, epoch));
  }

  /** That incarnation serves and can be told things. */
  public void serves(String deviceId, long epoch, WorkerLink link) {
    tell(new StateCommand.WorkerServes(deviceId, epoch, link));
  }

  /** That incarnation ended. */
  public void ended(String deviceId, long epoch) {
    tell(new StateCommand.WorkerEnded(deviceId, epoch));
  }

  /** A session or a request is over. */
  public void over(String subject) {
    tell(new StateCommand.Over(subject));
  }

  private void tell(StateCommand command) {
    stream.tell(new EventStream.Publish<>(command));
  }
}
