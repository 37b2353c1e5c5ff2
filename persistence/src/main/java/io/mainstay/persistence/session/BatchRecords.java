package io.mainstay.persistence.session;

import akka.persistence.typed.javadsl.EffectFactories;
import akka.persistence.typed.javadsl.ReplyEffect;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.session.SessionProtocol.RecordBatch;
import io.mainstay.persistence.session.SessionProtocol.RecordCheckpoint;
import io.mainstay.persistence.session.SessionProtocol.RecordDispatch;
import io.mainstay.persistence.session.SessionProtocol.RecordInterruption;
import io.mainstay.persistence.session.SessionProtocol.RecordRejection;
import io.mainstay.persistence.session.SessionProtocol.RecordRestoration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of a session's batches: decides from journaled facts alone what a death of a worker
 * leads to, and which result of a batch counts (the first). Belongs to its entity.
 */
final class BatchRecords {
  private final SessionSettings settings;
  private final EventStamper stamper;
  private final EffectFactories<SessionEvent, SessionState> effects;
  private final SessionReplies replies;
  private final RunnerWatch runner;
  // Dispatches recorded in this incarnation: one asked for again is answered, not counted again.
  private final Map<DocumentRange, RecordDispatch> dispatched = new HashMap<>();
  // Batches that were made to go back to a step, and took no checkpoint since.
  private final Map<DocumentRange, Integer> rewound = new HashMap<>();

  BatchRecords(
      SessionSettings settings,
      EventStamper stamper,
      EffectFactories<SessionEvent, SessionState> effects,
      SessionReplies replies,
      RunnerWatch runner) {
    this.settings = settings;
    this.stamper = stamper;
    this.effects = effects;
    this.replies = replies;
    this.runner = runner;
  }

  ReplyEffect<SessionEvent, SessionState> dispatch(
      SessionState.Running state, RecordDispatch command) {
    runner.heard();
    BatchWork batch = state.plan().find(command.range()).orElse(null);
    if (batch == null) {
      return replies.inPlaceOf(state, command.range(), command.replyTo());
    }
    RecordDispatch before = dispatched.get(command.range());
    if (before != null
        && before.device().equals(command.device())
        && before.epoch() == command.epoch()
        && batch.inFlightAt(command.device(), command.epoch())) {
      return effects.reply(command.replyTo(), SessionReplies.recorded(batch.attempts(), List.of()));
    }
    int attempt = command.goesOn() ? Math.max(1, batch.attempts()) : batch.attempts() + 1;
    return effects
        .persist(
            new SessionEvent.BatchDispatched(
                stamper.causedBy(batch.last()),
                command.range(),
                command.device(),
                command.epoch(),
                attempt))
        .thenRun(after -> dispatched.put(command.range(), command))
        .thenReply(command.replyTo(), after -> SessionReplies.recorded(attempt, List.of()));
  }

  ReplyEffect<SessionEvent, SessionState> checkpoint(
      SessionState.Running state, RecordCheckpoint command) {
    runner.heard();
    BatchWork batch = state.plan().find(command.range()).orElse(null);
    if (batch == null) {
      return replies.inPlaceOf(state, command.range(), command.replyTo());
    }
    if (!batch.isBeyondCheckpoint(command.step()) || isOvertaken(command)) {
      return effects.reply(command.replyTo(), SessionReplies.recorded());
    }
    return effects
        .persist(
            new SessionEvent.BatchCheckpointed(
                stamper.causedBy(batch.last()),
                command.range(),
                command.step(),
                command.sha256(),
                command.epoch(),
                command.cost().baseSha256(),
                command.cost().bytes(),
                command.cost().writeMicros(),
                command.cost().sinceMicros()))
        .thenRun(after -> rewound.remove(command.range()))
        .thenReply(command.replyTo(), after -> SessionReplies.recorded());
  }

  /** Taken before its batch was made to go back, and on its way meanwhile. */
  private boolean isOvertaken(RecordCheckpoint command) {
    Integer back = rewound.get(command.range());
    return back != null && command.after() != back;
  }

  /** The same again changes nothing; a step that the session does not know is refused. */
  ReplyEffect<SessionEvent, SessionState> restore(
      SessionState.Running state, RecordRestoration command) {
    BatchWork batch = state.plan().find(command.range()).orElse(null);
    if (batch == null) {
      return replies.inPlaceOf(state, command.range(), command.replyTo());
    }
    if (batch.goesOnFrom(command.step(), command.sha256()) && command.lost().isEmpty()) {
      return replies.inPlaceOf(state, command.range(), command.replyTo());
    }
    if (!command.journaled() && !batch.knows(command.step(), command.sha256())) {
      return replies.refuse(
          command.replyTo(),
          "has no checkpoint of documents "
              + command.range().from()
              + " to "
              + (command.range().to() - 1)
              + " at step "
              + command.step()
              + " with hash "
              + command.sha256()
              + "; 'mainstay checkpoints list' shows what there is");
    }
    return effects
        .persist(
            new SessionEvent.CheckpointRestored(
                stamper.causedBy(batch.last()),
                command.range(),
                command.step(),
                command.sha256(),
                command.lost(),
                command.reason()))
        .thenRun(
            after -> {
              rewound.remove(command.range());
              if (command.rewind()) {
                rewound.put(command.range(), command.step());
                dispatched.remove(command.range());
                runner.rewind((SessionState.Active) after, command.range());
              }
            })
        .thenReply(command.replyTo(), after -> SessionReplies.inPlaceOf(after, command.range()));
  }

  ReplyEffect<SessionEvent, SessionState> interrupt(
      SessionState.Running state, RecordInterruption command) {
    runner.heard();
    BatchWork batch = state.plan().find(command.range()).orElse(null);
    // Only a batch in flight there can have died there: anything else is a repetition.
    if (batch == null || !batch.inFlightAt(command.device(), command.epoch())) {
      return replies.inPlaceOf(state, command.range(), command.replyTo());
    }
    EventMeta meta = stamper.causedBy(command.cause() == null ? batch.last() : command.cause());
    return effects
        .persist(death(batch, meta, command.reason(), command.progress()))
        .thenRun(after -> dispatched.remove(command.range()))
        .thenReply(command.replyTo(), after -> SessionReplies.inPlaceOf(after, command.range()));
  }

  /** Nobody died, so nothing is interrupted; what is in the batch decides at once. */
  ReplyEffect<SessionEvent, SessionState> reject(
      SessionState.Running state, RecordRejection command) {
    runner.heard();
    DocumentRange range = command.range();
    BatchWork batch = state.plan().find(range).orElse(null);
    if (batch == null) {
      return replies.inPlaceOf(state, range, command.replyTo());
    }
    EventMeta meta = stamper.causedBy(batch.last());
    return effects
        .persist(
            range.size() > 1
                ? new SessionEvent.BatchReplanned(meta, range, range.left(), range.right())
                : new SessionEvent.DocumentPoisoned(
                    meta, range.from(), batch.deaths(), command.reason()))
        .thenRun(after -> dispatched.remove(range))
        .thenReply(command.replyTo(), after -> SessionReplies.inPlaceOf(after, range));
  }

  ReplyEffect<SessionEvent, SessionState> complete(
      SessionState.Running state, RecordBatch command) {
    runner.heard();
    BatchWork batch = state.plan().find(command.range()).orElse(null);
    if (batch == null) {
      // It has its result, or was split after a presumed death: the first fact counts.
      return effects.reply(command.replyTo(), SessionReplies.recorded());
    }
    return effects
        .persist(
            new SessionEvent.BatchCompleted(
                stamper.causedBy(batch.last()),
                command.range(),
                command.resultSha256(),
                command.fingerprint(),
                command.device(),
                command.epoch(),
                command.computeMicros()))
        .thenRun(after -> dispatched.remove(command.range()))
        .thenReply(command.replyTo(), after -> SessionReplies.recorded());
  }

  /**
   * Before a runner is asked for. A batch that was sent again and again with no outcome, since each
   * time the node died, may be what kills the node: it counts as one death.
   */
  ReplyEffect<SessionEvent, SessionState> carryOn(SessionState.Active state) {
    List<SessionEvent> deaths = new ArrayList<>();
    for (BatchWork batch : state.workPlan().map(WorkPlan::pending).orElse(List.of())) {
      if (batch.unresolved() > settings.unresolvedDispatches()
          && !dispatched.containsKey(batch.range())) {
        deaths.addAll(
            death(
                batch,
                stamper.causedBy(batch.last()),
                "sent " + batch.unresolved() + " times without an outcome over node restarts",
                batch.knownProgress()));
      }
    }
    if (deaths.isEmpty()) {
      runner.askForRunner(state);
      return effects.noReply();
    }
    return effects
        .persist(deaths)
        .thenRun(after -> runner.askForRunner((SessionState.Active) after))
        .thenNoReply();
  }

  /** The session has ended. */
  void forget() {
    dispatched.clear();
    rewound.clear();
  }

  private List<SessionEvent> death(BatchWork batch, EventMeta meta, String reason, int progress) {
    DocumentRange range = batch.range();
    int deaths = batch.deathsAt(progress);
    List<SessionEvent> events = new ArrayList<>();
    events.add(
        new SessionEvent.BatchInterrupted(
            meta, range, batch.device(), batch.epoch(), deaths, reason, progress));
    switch (settings.poison().decide(range, deaths)) {
      case SPLIT ->
          events.add(
              new SessionEvent.BatchReplanned(
                  stamper.causedBy(meta), range, range.left(), range.right()));
      case POISON ->
          events.add(
              new SessionEvent.DocumentPoisoned(
                  stamper.causedBy(meta), range.from(), deaths, reason));
      case SEND_AGAIN -> {
        // The batch stays pending as it is.
      }
    }
    return events;
  }
}
