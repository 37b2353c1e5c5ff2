package io.mainstay.actors.processing;

import akka.Done;
import java.util.concurrent.CompletionStage;

/** Where documents go that cannot be processed. Thread-safe; never blocks. */
@FunctionalInterface
public interface DeadLetters {
  /**
   * Sets a document aside, with its text. The same document of the same session again changes
   * nothing.
   *
   * @return done when it is durable
   */
  CompletionStage<Done> store(String sessionId, int index, String reason, String text);
}
