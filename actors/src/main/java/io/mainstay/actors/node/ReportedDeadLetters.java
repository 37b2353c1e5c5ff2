package io.mainstay.actors.node;

import akka.Done;
import akka.actor.typed.ActorRef;
import io.mainstay.actors.processing.DeadLetters;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Fault;
import io.mainstay.actors.recovery.RecoveryCommand;
import java.util.concurrent.CompletionStage;

/**
 * Dead letters that recovery hears of: each is the catalog's {@code poison_message}, journaled as a
 * fault.
 */
record ReportedDeadLetters(
    DeadLetters letters, ErrorCatalog catalog, ActorRef<RecoveryCommand> recovery)
    implements DeadLetters {
  @Override
  public CompletionStage<Done> store(String sessionId, int index, String reason, String text) {
    return letters
        .store(sessionId, index, reason, text)
        .thenApply(
            done -> {
              var poison = catalog.get(ErrorNames.POISON_MESSAGE);
              String evidence = "document " + index + " of session " + sessionId + ": " + reason;
              recovery.tell(
                  new RecoveryCommand.ReportFault(
                      new Fault(poison, "session/" + sessionId, evidence, null),
                      poison.priority().directive()));
              return done;
            });
  }
}
