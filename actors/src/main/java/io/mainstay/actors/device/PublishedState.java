package io.mainstay.actors.device;

import io.mainstay.actors.device.worker.StateReceipt;
import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.actors.state.propagation.Outcome;
import io.mainstay.actors.state.propagation.WorkerLink;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefused;
import java.util.function.BiConsumer;

/** State on its way to one incarnation of a worker, over its port. Thread-safe. */
record PublishedState(WorkerPort port) implements WorkerLink {
  @Override
  public void publish(StateEnvelope told, BiConsumer<Outcome, String> onAnswer) {
    // Number 0: the connection gives the next one, which it shares with whoever else publishes.
    port.publish(
        new StateEnvelope(
            port.epoch(), 0, told.correlationId(), told.version(), told.at(), told.message()),
        receipt -> answer(receipt, onAnswer));
  }

  @Override
  public void sessionOver(String sessionId) {
    if (port.identity().speaksState()) {
      // Idempotent, and a worker that is lost has forgotten it anyway.
      port.endSession(sessionId, "its runner ended", outcome -> {});
    }
  }

  private static void answer(StateReceipt receipt, BiConsumer<Outcome, String> onAnswer) {
    if (receipt instanceof StateReceipt.Acknowledged) {
      onAnswer.accept(Outcome.CONFIRMED, "");
    } else if (receipt instanceof StateReceipt.WorkerLost) {
      onAnswer.accept(Outcome.GONE, "its worker ended");
    } else if (receipt instanceof StateReceipt.Refused refused) {
      refused(refused.refusal(), onAnswer);
    }
  }

  private static void refused(StateRefused refusal, BiConsumer<Outcome, String> onAnswer) {
    switch (refusal.code()) {
      // It has it already, or something newer of ours.
      case STALE_SEQUENCE, STALE_VERSION -> onAnswer.accept(Outcome.CONFIRMED, "");
      // Not now: unanswered it is told again.
      case LIMIT_REACHED -> {}
      default -> onAnswer.accept(Outcome.REFUSED, refusal.code() + ", " + refusal.reason());
    }
  }
}
