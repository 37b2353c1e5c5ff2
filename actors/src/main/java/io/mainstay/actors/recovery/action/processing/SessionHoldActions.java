package io.mainstay.actors.recovery.action.processing;

import static io.mainstay.actors.recovery.action.Outcomes.done;

import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.StepTimes;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sessions rest while what they need is put right: where they are is written first, and they go on
 * from there. None is given up.
 */
public final class SessionHoldActions {
  private final ActionFloor floor;
  private final SessionQuestions sessions;
  private final Questions questions;
  private final ResumeCheck check;
  private final IdleSessions idle;

  private SessionHoldActions(ActionFloor floor, SessionMending mending) {
    this.floor = floor;
    this.sessions = new SessionQuestions(floor);
    this.questions = new Questions(floor);
    this.check = new ResumeCheck(mending);
    this.idle = new IdleSessions(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    add(actions, floor, SessionMending.of(floor));
  }

  static void add(RecoveryActions.Builder actions, ActionFloor floor, SessionMending mending) {
    SessionHoldActions holds = new SessionHoldActions(floor, mending);
    actions
        .add("abort_dependent_workflows", holds::restDependents)
        .add("resume_workflows_from_checkpoint", holds::resume)
        .add("quarantine_session", holds::restNamed)
        .add("release_session", holds::release)
        .add("save_dependent_sessions", holds::saveDependents)
        .add("resume_open_sessions", holds::resumeOpen);
  }

  private CompletionStage<RecoveryStepOutcome> restDependents(Task task) {
    return dependents(task).thenCompose(dependents -> rest(task, dependents));
  }

  private CompletionStage<RecoveryStepOutcome> restNamed(Task task) {
    return rest(task, Subjects.session(task.subject()).map(Set::of).orElse(Set.of()));
  }

  private CompletionStage<RecoveryStepOutcome> rest(Task task, Set<String> asked) {
    if (asked.isEmpty()) {
      return CompletableFuture.completedFuture(done("no session depends on it"));
    }
    Duration longest = StepTimes.millis(task, "rest_at_most_ms");
    return sessions
        .hold(
            replyTo -> new HoldCommand.Rest(task.recoveryId(), asked, longest, replyTo),
            task.step().limit())
        .thenCompose(
            resting ->
                floor.await(
                    task,
                    () ->
                        questions
                            .work()
                            .thenApply(
                                facts ->
                                    asked.stream().noneMatch(facts.runners()::contains)
                                        ? Optional.of(
                                            done(
                                                "sessions rest: %s; %s"
                                                    .formatted(
                                                        new TreeSet<>(asked),
                                                        resting.saved().text())))
                                        : Optional.empty()),
                    () -> "a session is still worked on"));
  }

  private CompletionStage<RecoveryStepOutcome> saveDependents(Task task) {
    return dependents(task)
        .thenCompose(
            dependents ->
                sessions
                    .hold(replyTo -> new HoldCommand.Save(dependents, replyTo), task.step().limit())
                    .thenApply(
                        saved ->
                            done(
                                "%d sessions depend on it; %s"
                                    .formatted(dependents.size(), saved.saved().text()))));
  }

  /**
   * Sessions that hold a model which the fault names, or that is being loaded where it happened.
   */
  private CompletionStage<Set<String>> dependents(Task task) {
    List<String> parts = List.of(task.subject().split("/"));
    return questions
        .residences()
        .thenApply(
            facts -> {
              Set<String> models = new HashSet<>();
              facts.residences().stream()
                  .filter(one -> parts.contains(one.modelId()))
                  .forEach(one -> models.add(one.modelId()));
              facts.files().stream()
                  .filter(one -> parts.contains(one.modelId()))
                  .forEach(one -> models.add(one.modelId()));
              if (models.isEmpty()) {
                facts.residences().stream()
                    .filter(one -> parts.contains(one.deviceId()))
                    .filter(one -> !one.state().equals("loaded"))
                    .forEach(one -> models.add(one.modelId()));
              }
              Set<String> found = new TreeSet<>();
              Subjects.session(task.subject()).ifPresent(found::add);
              facts
                  .held()
                  .forEach(
                      (holder, held) -> {
                        if (held.stream().anyMatch(models::contains)) {
                          Subjects.sessionIn(holder).ifPresent(found::add);
                        }
                      });
              return found;
            });
  }

  /**
   * Those that rest for this recovery, which others may need to rest on, are checked before they go
   * on; one that lost what cannot be had again rests on until its time is over.
   */
  private CompletionStage<RecoveryStepOutcome> resume(Task task) {
    return sessions
        .hold(replyTo -> new HoldCommand.ListHeld(task.recoveryId(), replyTo), task.step().limit())
        .thenCompose(resting -> check.check(task, resting.held()))
        .thenCompose(
            checked ->
                sessions
                    .hold(
                        replyTo ->
                            new HoldCommand.GoOn(task.recoveryId(), checked.damaged(), replyTo),
                        task.step().limit())
                    .thenCompose(resting -> idle.resumeOpen(task, resting.held(), checked.text()))
                    .thenApply(outcome -> orDamaged(checked, outcome)));
  }

  private static RecoveryStepOutcome orDamaged(
      ResumeCheck.Checked checked, RecoveryStepOutcome outcome) {
    return checked.damaged().isEmpty()
        ? outcome
        : new RecoveryStepOutcome.Failed(
            "session_artifacts_damaged",
            "sessions "
                + new TreeSet<>(checked.damaged())
                + " lost what they would go on from, and rest on: "
                + checked.text());
  }

  private CompletionStage<RecoveryStepOutcome> resumeOpen(Task task) {
    return sessions
        .hold(replyTo -> new HoldCommand.GoOn(task.recoveryId(), replyTo), task.step().limit())
        .thenCompose(resting -> idle.resumeOpen(task, resting.held(), ""));
  }

  private CompletionStage<RecoveryStepOutcome> release(Task task) {
    return sessions
        .hold(replyTo -> new HoldCommand.GoOn(task.recoveryId(), replyTo), task.step().limit())
        .thenApply(resting -> done(resting.held().size() + " sessions rest for others"));
  }
}
