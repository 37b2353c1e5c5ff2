package io.mainstay.actors.inference;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand.Embedded;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The one answer that a synchronous request gets, whichever of its attempts, deadline and refusal
 * comes first; and the engine that it counts on meanwhile. Thread-safe.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.INFERENCE,
    group = "orchestration",
    fields = "results")
final class SyncReply {
  private final ActorRef<StatusReply<Embedded>> replyTo;
  private final Consumer<SyncReply> whenAnswered;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final AtomicReference<EngineLoad> holder = new AtomicReference<>();

  /**
   * @param whenAnswered told once, on the thread that answers
   */
  SyncReply(ActorRef<StatusReply<Embedded>> replyTo, Consumer<SyncReply> whenAnswered) {
    this.replyTo = replyTo;
    this.whenAnswered = whenAnswered;
  }

  boolean answered() {
    return answered.get();
  }

  /** True if this was the answer; false if there had been one. */
  boolean answer(Embedded embedded) {
    return answer(StatusReply.success(embedded));
  }

  /** True if this was the answer; false if there had been one. */
  boolean refuse(Refusal refusal) {
    return answer(StatusReply.error(refusal));
  }

  /** Counts on that engine from now on; null for none. */
  void heldBy(EngineLoad next) {
    EngineLoad before = holder.getAndSet(next);
    if (before != null) {
      before.syncGone();
    }
    if (next != null) {
      next.syncTaken();
    }
  }

  private boolean answer(StatusReply<Embedded> reply) {
    if (!answered.compareAndSet(false, true)) {
      return false;
    }
    heldBy(null);
    whenAnswered.accept(this);
    replyTo.tell(reply);
    return true;
  }
}
