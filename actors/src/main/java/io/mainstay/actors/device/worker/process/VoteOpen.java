package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.protocol.state.TransactionVote;
import java.util.function.Consumer;

/** An unanswered request for a vote. */
final class VoteOpen extends OpenCall<TransactionVote> {
  VoteOpen(Consumer<CallOutcome<TransactionVote>> onDone) {
    super(onDone);
  }

  @Override
  boolean isOfState() {
    return true;
  }
}
