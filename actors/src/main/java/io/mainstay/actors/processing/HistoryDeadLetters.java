package io.mainstay.actors.processing;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AskPattern;
import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.persistence.history.DeadLetterEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.session.BlobRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Dead letters in the node's history log, their texts in the blob store. A letter that is not among
 * the log's latest events may be written again; whoever lists letters takes those of one id as one.
 */
public final class HistoryDeadLetters implements DeadLetters {
  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(10);

  private final ActorRef<HistoryLog.Command<DeadLetterEvent>> log;
  private final ArtifactStore store;
  private final EventStamper stamper;
  private final ActorSystem<?> system;
  private final Executor blocking;

  /** Letters of the node whose log that is. */
  public HistoryDeadLetters(
      ActorRef<HistoryLog.Command<DeadLetterEvent>> log,
      ArtifactStore store,
      EventStamper stamper,
      ActorSystem<?> system) {
    this.log = log;
    this.store = store;
    this.stamper = stamper;
    this.system = system;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
  }

  @Override
  public CompletionStage<Done> store(String sessionId, int index, String reason, String text) {
    String letterId = sessionId + "-" + index;
    return AskPattern
        .<HistoryLog.Command<DeadLetterEvent>, HistoryLog.Recorded<DeadLetterEvent>>ask(
            log,
            replyTo -> new HistoryLog.Recent<>(Integer.MAX_VALUE, replyTo),
            ASK_TIMEOUT,
            system.scheduler())
        .thenCompose(
            recent ->
                recent.events().stream().anyMatch(event -> event.letterId().equals(letterId))
                    ? CompletableFuture.completedStage(Done.done())
                    : write(letterId, sessionId, index, reason, text));
  }

  private CompletionStage<Done> write(
      String letterId, String sessionId, int index, String reason, String text) {
    return CompletableFuture.supplyAsync(() -> put(letterId, text), blocking)
        .thenCompose(
            blob ->
                AskPattern.<HistoryLog.Command<DeadLetterEvent>, EventMeta>ask(
                    log,
                    replyTo ->
                        new HistoryLog.Record<DeadLetterEvent>(
                            new DeadLetterEvent.DeadLetterStored(
                                stamper.root(), letterId, sessionId, index, reason, blob.sha256()),
                            replyTo),
                    ASK_TIMEOUT,
                    system.scheduler()))
        .thenApply(meta -> Done.done());
  }

  private BlobRef put(String letterId, String text) {
    try {
      // A blank document has no bytes, and a blob needs one.
      String stored = text.isEmpty() ? "\n" : text;
      return store.put(
          "letter " + letterId, letterId + ".txt", stored.getBytes(StandardCharsets.UTF_8));
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }
}
