package io.mainstay.actors.recovery.action.model;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.fallback.Alternatives.Candidate;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Nothing helps a model: the sessions that cannot go on without it end in an orderly way, each with
 * the error and what could be used instead, and new work is refused with why. What they computed is
 * stored; a restart goes on from it.
 */
final class OperationAbortion {
  private final ActionFloor floor;
  private final ModelQuestions models;
  private final Questions questions;

  OperationAbortion(ActionFloor floor) {
    this.floor = floor;
    this.models = new ModelQuestions(floor);
    this.questions = new Questions(floor);
  }

  /** Done when each of those sessions is over and holds nothing. */
  CompletionStage<RecoveryStepOutcome> abort(Task task, ModelView model) {
    return models
        .show(model.id())
        .thenCombine(refused(task, model), (detail, refused) -> why(task, detail, refused))
        .thenCompose(
            why ->
                models
                    .show(model.id())
                    .thenCombine(
                        questions.residences(),
                        (detail, facts) -> affected(task.subject(), detail, facts))
                    .thenCompose(sessions -> endAll(task, sessions, why)));
  }

  /** What new work with it is answered. */
  private CompletionStage<String> refused(Task task, ModelView model) {
    return models
        .resolve(model.id(), task.step().limit())
        .handle(
            (sound, refusal) ->
                refusal == null ? "no device runs it" : FailureCause.message(refusal));
  }

  private static Refusal why(Task task, ModelDetail detail, String refused) {
    List<String> others = candidates(detail);
    return Refusal.of(
        task.plan().error(),
        "Model "
            + detail.model().id()
            + " cannot be used ("
            + refused
            + "), and neither another build, another model nor another engine could stand in",
        (others.isEmpty()
                ? "Give a build of the model that works"
                : "Submit again with one of " + others)
            + "; what was computed is kept: 'mainstay sessions restart' goes on from it");
  }

  private static List<String> candidates(ModelDetail detail) {
    return detail.alternatives().candidates().stream()
        .map(Candidate::modelId)
        .filter(id -> !id.isEmpty())
        .toList();
  }

  /**
   * The session that the fault names, or, where the model is loaded nowhere, all that hold it; one
   * that holds what may stand in for it goes on with that.
   */
  static Set<String> affected(String subject, ModelDetail detail, ModelFacts facts) {
    String id = detail.model().id();
    List<String> others = candidates(detail);
    Set<String> standIns = new TreeSet<>();
    Set<String> holders = new TreeSet<>();
    for (Map.Entry<String, Set<String>> held : facts.held().entrySet()) {
      Optional<String> session = Subjects.sessionIn(held.getKey());
      if (session.isPresent() && held.getValue().contains(id)) {
        holders.add(session.get());
      }
      if (session.isPresent() && others.stream().anyMatch(held.getValue()::contains)) {
        standIns.add(session.get());
      }
    }
    Optional<String> named = Subjects.session(subject);
    Set<String> affected = new HashSet<>();
    if (named.isPresent()) {
      affected.add(named.get());
    } else if (detail.model().devices().isEmpty()) {
      affected.addAll(holders);
    }
    affected.removeAll(standIns);
    return affected;
  }

  private CompletionStage<RecoveryStepOutcome> endAll(
      Task task, Set<String> sessions, Refusal why) {
    CompletableFuture<?>[] asked =
        sessions.stream().map(session -> end(task, session, why)).toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(asked)
        .thenCompose(
            ended ->
                floor.await(
                    task,
                    () -> look(task, sessions, why),
                    () -> "not all of " + sessions + " are over and hold nothing"));
  }

  /** One that there is not, or that is over, has nothing to be ended. */
  private CompletableFuture<Void> end(Task task, String session, Refusal why) {
    return view(task, session)
        .thenCompose(
            view ->
                view.filter(known -> !known.finished()).isEmpty()
                    ? CompletableFuture.<Void>completedFuture(null)
                    : floor
                        .<ProcessingCommand, SessionProtocol.Recorded>askStatus(
                            floor.ports().processing(),
                            replyTo -> new HoldCommand.Abort(session, why, replyTo),
                            task.step().limit())
                        .<Void>thenApply(recorded -> null))
        .toCompletableFuture();
  }

  private CompletionStage<Optional<SessionView>> view(Task task, String session) {
    return questions
        .session(session, floor.answerWithin())
        .handle(
            (view, failure) -> {
              if (failure == null) {
                return Optional.of(view);
              }
              if (FailureCause.of(failure) instanceof Refusal) {
                return Optional.empty();
              }
              throw new IllegalStateException(session + " was not shown", failure);
            });
  }

  private CompletionStage<Optional<RecoveryStepOutcome>> look(
      Task task, Set<String> sessions, Refusal why) {
    CompletionStage<Map<String, Optional<SessionView>>> views =
        CompletableFuture.completedFuture(new TreeMap<>());
    for (String session : sessions) {
      views = views.thenCombine(view(task, session), (known, view) -> with(known, session, view));
    }
    return views
        .thenCombine(questions.turns(), Looked::new)
        .thenCombine(
            questions.work(),
            (looked, work) ->
                looked.areOver() && free(sessions, looked.turns(), work)
                    ? Optional.of(done(looked, why))
                    : Optional.empty());
  }

  private record Looked(Map<String, Optional<SessionView>> sessions, InferenceCommand.Facts turns) {
    boolean areOver() {
      return sessions.values().stream().flatMap(Optional::stream).allMatch(SessionView::finished);
    }
  }

  private static Map<String, Optional<SessionView>> with(
      Map<String, Optional<SessionView>> known, String session, Optional<SessionView> view) {
    known.put(session, view);
    return known;
  }

  /** Enough where nothing had to be ended: nobody is left without what was asked for. */
  private static RecoveryStepOutcome done(Looked looked, Refusal why) {
    boolean ended =
        looked.sessions().values().stream()
            .flatMap(Optional::stream)
            .anyMatch(view -> view.code().equals(why.code()));
    String text =
        looked.sessions().isEmpty()
            ? "no session depends on it"
            : looked.sessions().entrySet().stream()
                .map(each -> text(each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
    return new RecoveryStepOutcome.Done(
        "%s; %s; new work is refused: %s: %s"
            .formatted(why.getMessage(), text, why.code(), why.remedy()),
        !ended,
        "");
  }

  private static String text(String session, Optional<SessionView> view) {
    return view.map(
            known ->
                "%s %s (%s), %d checkpoints, %d of %d documents done"
                    .formatted(
                        session,
                        known.state(),
                        known.code(),
                        known.checkpoints(),
                        known.embedded(),
                        known.documents()))
        .orElse(session + " was not accepted");
  }

  private static boolean free(
      Set<String> sessions, InferenceCommand.Facts turns, ProcessingCommand.Facts work) {
    return sessions.stream()
        .noneMatch(
            session ->
                work.runners().contains(session)
                    || work.heap().containsKey(session)
                    || turns.turns().stream().anyMatch(turn -> turn.sessionId().equals(session)));
  }
}
