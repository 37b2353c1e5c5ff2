package io.mainstay.actors.recovery.action.processing;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AttendedSessions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.session.SessionCarry;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Sessions come back from a checkpoint that can be read, else from what is left of their work, else
 * from their input. What is durable decides: asked again, each step finds what it did before. A
 * session that failed is tried again once, as a new one; one that is such a try already is not.
 */
public final class SessionRecoveryActions {
  private static final String SESSION = "Session|";
  private static final String NO_CHECKPOINT = "no_valid_checkpoints_available";

  private final ActionFloor floor;
  private final SessionQuestions sessions;
  private final SessionMending mending;

  private SessionRecoveryActions(ActionFloor floor) {
    this.floor = floor;
    this.sessions = new SessionQuestions(floor);
    this.mending = SessionMending.of(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    SessionRecoveryActions recovery = new SessionRecoveryActions(floor);
    actions
        .add("locate_latest_valid_checkpoint", recovery::locate)
        .add("restore_session_state", recovery::restore)
        .add("validate_restored_state", recovery::validateRestored)
        .add("resume_session_execution", recovery::resume)
        .add("analyze_session_artifacts", recovery::analyze)
        .add("reconstruct_session_state", recovery::reconstruct)
        .add("validate_reconstructed_state", recovery::validateReconstructed)
        .add("clean_session_restart", recovery::cleanRestart);
  }

  // --- checkpoint_based_recovery

  private CompletionStage<RecoveryStepOutcome> locate(Task task) {
    return artifacts(task).thenApply(found -> noCheckpoint(found).orElseGet(() -> done(found)));
  }

  /** That mechanism is for sessions that go on, of which one at least has a checkpoint. */
  private static Optional<RecoveryStepOutcome> noCheckpoint(List<SessionArtifacts> found) {
    boolean any =
        found.stream().anyMatch(one -> !one.finished() && one.withCheckpoint() > 0)
            || found.isEmpty();
    return any
        ? Optional.empty()
        : Optional.of(new RecoveryStepOutcome.Failed(NO_CHECKPOINT, text(found)));
  }

  private CompletionStage<RecoveryStepOutcome> restore(Task task) {
    return artifacts(task)
        .thenCompose(
            found ->
                noCheckpoint(found)
                    .<CompletionStage<RecoveryStepOutcome>>map(CompletableFuture::completedFuture)
                    .orElseGet(
                        () ->
                            inTurn(found, one -> mending.rewind(task, one))
                                .thenApply(
                                    counts ->
                                        done(
                                            counts.stream().mapToInt(Integer::intValue).sum()
                                                + " batches go on from another checkpoint than"
                                                + " their journal had; "
                                                + text(found)))));
  }

  private CompletionStage<RecoveryStepOutcome> validateRestored(Task task) {
    return artifacts(task)
        .thenCompose(
            found ->
                noCheckpoint(found)
                    .<CompletionStage<RecoveryStepOutcome>>map(CompletableFuture::completedFuture)
                    .orElseGet(() -> consistent(found)));
  }

  /** State consistency, and that somebody can do the work. */
  private CompletionStage<RecoveryStepOutcome> consistent(List<SessionArtifacts> found) {
    List<SessionArtifacts> wrong =
        found.stream()
            .filter(one -> !one.finished())
            .filter(one -> !one.wrong().isEmpty() || !one.damaged().isEmpty())
            .toList();
    if (!wrong.isEmpty()) {
      return failed("session_state_inconsistent", text(wrong));
    }
    return floor
        .ask(floor.ports().device(), DeviceCommand.ListDevices::new)
        .thenApply(
            devices -> {
              long serving = devices.devices().stream().filter(one -> one.serves()).count();
              return serving == 0
                  ? new RecoveryStepOutcome.Failed("no_device_serves", "nobody can do the work now")
                  : done(serving + " devices serve; " + text(found));
            });
  }

  private CompletionStage<RecoveryStepOutcome> resume(Task task) {
    return artifacts(task)
        .thenCompose(
            found ->
                noCheckpoint(found)
                    .<CompletionStage<RecoveryStepOutcome>>map(CompletableFuture::completedFuture)
                    .orElseGet(() -> worked(task)));
  }

  /** Somebody works on each of them, or it is over. */
  private CompletionStage<RecoveryStepOutcome> worked(Task task) {
    return floor.await(
        task,
        () ->
            sessions
                .sessions(task)
                .thenCombine(
                    sessions.facts(),
                    (asked, facts) -> {
                      Set<String> idle = AttendedSessions.idle(facts);
                      idle.retainAll(asked);
                      idle.forEach(one -> sessions.putRight(one, ProcessingCommand.Right.GOES_ON));
                      return idle.isEmpty()
                          ? Optional.of(
                              enough(
                                  asked.stream()
                                      .map(one -> one + " " + standing(one, facts))
                                      .collect(Collectors.joining("; "))))
                          : Optional.empty();
                    }),
        () -> "nobody works on it");
  }

  private static String standing(String session, ProcessingCommand.Facts facts) {
    if (facts.runners().contains(session)) {
      return "is worked on";
    }
    return facts.open().contains(session) ? "waits for its turn" : "is over";
  }

  // --- session_reconstruction

  private CompletionStage<RecoveryStepOutcome> analyze(Task task) {
    return artifacts(task)
        .thenCombine(
            sessions.facts(),
            (found, facts) ->
                done(
                    text(found)
                        + "; heap of those sessions: "
                        + found.stream()
                            .mapToLong(one -> facts.heap().getOrDefault(one.sessionId(), 0L))
                            .sum()
                        + " bytes"));
  }

  /** What is sound stays; what is not is computed again. */
  private CompletionStage<RecoveryStepOutcome> reconstruct(Task task) {
    return artifacts(task)
        .thenCompose(found -> inTurn(found, one -> reconstructed(task, one)))
        .thenApply(all -> outcome(all, false));
  }

  private CompletionStage<RecoveryStepOutcome> reconstructed(Task task, SessionArtifacts session) {
    if (!session.damaged().isEmpty()) {
      return failed("session_artifacts_damaged", session.text());
    }
    if (!session.finished()) {
      return mending
          .rewind(task, session)
          .thenApply(count -> done(count + " batches begin where they can; " + session.text()));
    }
    return again(task, session, SessionCarry.EVERYTHING);
  }

  private CompletionStage<RecoveryStepOutcome> validateReconstructed(Task task) {
    return artifacts(task)
        .thenCompose(found -> inTurn(found, one -> goesOn(task, one)))
        .thenCompose(
            all -> {
              RecoveryStepOutcome outcome = outcome(all, true);
              return outcome instanceof RecoveryStepOutcome.Failed
                  ? CompletableFuture.completedFuture(outcome)
                  : worked(task)
                      .thenApply(
                          worked -> worked instanceof RecoveryStepOutcome.Done ? outcome : worked);
            });
  }

  /** Conservative: all of it is read once more. */
  private CompletionStage<RecoveryStepOutcome> goesOn(Task task, SessionArtifacts session) {
    if (!session.finished()) {
      return session.damaged().isEmpty() && session.wrong().isEmpty()
          ? CompletableFuture.completedFuture(done(session.text()))
          : failed("session_state_inconsistent", session.text());
    }
    return sessions
        .restartable(session.sessionId(), task.step().limit())
        .thenCompose(
            former ->
                former.view().state().equals("failed")
                    ? successor(task, former)
                        .thenApply(
                            found ->
                                found
                                    .map(
                                        next ->
                                            done(
                                                "session %s goes on as %s, which is %s"
                                                    .formatted(
                                                        session.sessionId(),
                                                        next.sessionId(),
                                                        next.state())))
                                    .orElse(
                                        new RecoveryStepOutcome.Failed(
                                            "session_not_reconstructed",
                                            "nothing goes on for " + session.sessionId())))
                    : CompletableFuture.completedFuture(
                        done(session.sessionId() + " is " + former.view().state())));
  }

  /** The work from its input, if nothing of what was done can be used. */
  private CompletionStage<RecoveryStepOutcome> cleanRestart(Task task) {
    return artifacts(task)
        .thenCompose(
            found ->
                inTurn(
                    found,
                    one ->
                        one.finished()
                            ? again(task, one, 0)
                            : CompletableFuture.completedFuture(done(one.text()))))
        .thenApply(all -> outcome(all, true));
  }

  private CompletionStage<RecoveryStepOutcome> again(
      Task task, SessionArtifacts session, int fromStep) {
    return sessions
        .restartable(session.sessionId(), task.step().limit())
        .thenCompose(
            former -> {
              if (!former.view().state().equals("failed")) {
                return CompletableFuture.completedFuture(
                    done(session.sessionId() + " is " + former.view().state()));
              }
              if (!former.accepted().causeId().equals(former.accepted().eventId())) {
                return failed(
                    "session_restarted_before",
                    session.sessionId()
                        + " is a further attempt itself and failed too: "
                        + former.view().code()
                        + ": "
                        + former.view().message());
              }
              return successor(task, former)
                  .thenCompose(
                      next ->
                          next.isPresent()
                              ? CompletableFuture.completedFuture(
                                  done(
                                      session.sessionId()
                                          + " goes on as "
                                          + next.get().sessionId()
                                          + " already"))
                              : restarted(task, session, fromStep));
            });
  }

  private CompletionStage<RecoveryStepOutcome> restarted(
      Task task, SessionArtifacts session, int fromStep) {
    return floor
        .askStatus(
            floor.ports().processing(),
            (ActorRef<StatusReply<ProcessingCommand.Restarted>> replyTo) ->
                new ProcessingCommand.RestartSession(
                    session.sessionId(), fromStep, "recovery " + task.recoveryId(), replyTo),
            task.step().limit())
        .thenApply(
            next ->
                done(
                    "session %s goes on as %s, with %d results and %d checkpoints of it"
                        .formatted(
                            session.sessionId(),
                            next.sessionId(),
                            next.batchesKept(),
                            next.checkpointsKept())));
  }

  /** The session that was accepted because of that one, which its own journal says. */
  private CompletionStage<Optional<SessionView>> successor(
      Task task, SessionProtocol.Restartable former) {
    return floor
        .blocking(() -> followers(former))
        .thenCompose(
            ids -> inTurn(ids, session -> sessions.restartable(session, task.step().limit())))
        .thenApply(
            all ->
                all.stream()
                    .filter(one -> one.accepted().causeId().equals(former.accepted().eventId()))
                    .map(SessionProtocol.Restartable::view)
                    .findFirst());
  }

  /** However many sessions were accepted since: the journal knows what followed from an event. */
  private List<String> followers(SessionProtocol.Restartable former) {
    try (JournalReader reader = JournalReader.of(floor.around().database())) {
      return reader.followers(former.accepted().eventId(), SESSION).stream()
          .map(id -> id.substring(SESSION.length()))
          .filter(id -> !id.equals(former.view().sessionId()))
          .toList();
    }
  }

  // --- all

  private CompletionStage<List<SessionArtifacts>> artifacts(Task task) {
    return sessions
        .sessions(task)
        .thenCompose(
            asked ->
                inTurn(
                    List.copyOf(asked),
                    session ->
                        mending
                            .read(task, session)
                            .thenApply(List::of)
                            .exceptionally(SessionRecoveryActions::orUnknown)))
        .thenApply(all -> all.stream().flatMap(List::stream).toList());
  }

  /** Of one that never was accepted nothing is left to be recovered. */
  private static List<SessionArtifacts> orUnknown(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof StatusReply.ErrorMessage) {
      return List.of();
    }
    throw failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
  }

  private static <T, R> CompletionStage<List<R>> inTurn(
      List<T> items, Function<T, CompletionStage<R>> work) {
    CompletionStage<List<R>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (T item : items) {
      all =
          all.thenCompose(
              known ->
                  work.apply(item)
                      .thenApply(
                          one -> {
                            known.add(one);
                            return known;
                          }));
    }
    return all;
  }

  /** Failed if one of them did. */
  private static RecoveryStepOutcome outcome(List<RecoveryStepOutcome> all, boolean enough) {
    for (RecoveryStepOutcome one : all) {
      if (one instanceof RecoveryStepOutcome.Failed) {
        return one;
      }
    }
    return new RecoveryStepOutcome.Done(
        all.isEmpty()
            ? "no session is open"
            : all.stream()
                .map(one -> ((RecoveryStepOutcome.Done) one).evidence())
                .collect(Collectors.joining("; ")),
        enough,
        "");
  }

  private static String text(List<SessionArtifacts> found) {
    return found.isEmpty()
        ? "no session is open"
        : found.stream().map(SessionArtifacts::text).collect(Collectors.joining("; "));
  }

  private static RecoveryStepOutcome done(List<SessionArtifacts> found) {
    return done(text(found));
  }

  private static RecoveryStepOutcome done(String evidence) {
    return new RecoveryStepOutcome.Done(evidence);
  }

  private static RecoveryStepOutcome enough(String evidence) {
    return new RecoveryStepOutcome.Done(evidence, true, "");
  }

  private static CompletionStage<RecoveryStepOutcome> failed(String code, String message) {
    return CompletableFuture.completedFuture(new RecoveryStepOutcome.Failed(code, message));
  }
}
