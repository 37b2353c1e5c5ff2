package io.mainstay.actors.recovery.action.processing;

import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.ArrayList;
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

  private SessionHoldActions(ActionFloor floor) {
    this.floor = floor;
    this.sessions = new SessionQuestions(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    SessionHoldActions holds = new SessionHoldActions(floor);
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
    Duration longest = Duration.ofMillis(Long.parseLong(task.parameter("rest_at_most_ms")));
    return sessions
        .hold(
            replyTo -> new HoldCommand.Rest(task.recoveryId(), asked, longest, replyTo),
            task.step().limit())
        .thenCompose(
            resting ->
                floor.await(
                    task,
                    () ->
                        sessions
                            .facts()
                            .thenApply(
                                facts ->
                                    asked.stream().noneMatch(facts.runners()::contains)
                                        ? Optional.of(
                                            done(
                                                "%d sessions rest, checkpoints of %d that were at work are written: %s"
                                                    .formatted(
                                                        asked.size(),
                                                        resting.stopped().size(),
                                                        new TreeSet<>(asked))))
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
                                "%d sessions depend on it; where %d of them are is written: %s"
                                    .formatted(
                                        dependents.size(),
                                        saved.stopped().size(),
                                        new TreeSet<>(saved.stopped())))));
  }

  /**
   * Sessions that hold a model which the fault names, or that is being loaded where it happened.
   */
  private CompletionStage<Set<String>> dependents(Task task) {
    List<String> parts = List.of(task.subject().split("/"));
    return floor
        .ask(floor.ports().model(), ModelCommand.GetFacts::new)
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
                          Holders.session(holder).ifPresent(found::add);
                        }
                      });
              return found;
            });
  }

  /** Their checkpoints are read to the end before anybody goes on from them. */
  private CompletionStage<RecoveryStepOutcome> resume(Task task) {
    return sessions
        .hold(
            replyTo ->
                new HoldCommand.Rest(task.recoveryId(), Set.of(), Duration.ofSeconds(1), replyTo),
            task.step().limit())
        .thenCompose(resting -> checked(task, resting.held()))
        .thenCompose(
            checked ->
                sessions
                    .hold(
                        replyTo -> new HoldCommand.GoOn(task.recoveryId(), replyTo),
                        task.step().limit())
                    .thenCompose(resting -> awaitWorked(task, resting.held(), checked)));
  }

  private CompletionStage<List<String>> checked(Task task, Set<String> held) {
    CompletionStage<List<String>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (String session : held) {
      all =
          all.thenCompose(
              said ->
                  sessions
                      .restartable(session, task.step().limit())
                      .thenCompose(
                          known ->
                              floor.blocking(
                                  () -> SessionArtifacts.read(known, floor.around().blobs())))
                      .thenApply(
                          artifacts -> {
                            said.add(artifacts.text());
                            return said;
                          }));
    }
    return all;
  }

  private CompletionStage<RecoveryStepOutcome> resumeOpen(Task task) {
    return sessions
        .hold(replyTo -> new HoldCommand.GoOn(task.recoveryId(), replyTo), task.step().limit())
        .thenCompose(resting -> awaitWorked(task, resting.held(), List.of()));
  }

  private CompletionStage<RecoveryStepOutcome> release(Task task) {
    return sessions
        .hold(replyTo -> new HoldCommand.GoOn(task.recoveryId(), replyTo), task.step().limit())
        .thenApply(resting -> done(resting.held().size() + " sessions rest for others"));
  }

  /** Every open session that rests for nobody is worked on, or is about to be. */
  private CompletionStage<RecoveryStepOutcome> awaitWorked(
      Task task, Set<String> resting, List<String> checked) {
    return floor.await(
        task,
        () ->
            sessions
                .facts()
                .thenApply(
                    facts -> {
                      Set<String> idle = SessionQuestions.idle(facts);
                      idle.removeAll(resting);
                      idle.forEach(
                          session -> sessions.putRight(session, ProcessingCommand.Right.GOES_ON));
                      return idle.isEmpty()
                          ? Optional.of(
                              enough(
                                  "%d sessions open, %d worked on, %d about to be, %d rest%s"
                                      .formatted(
                                          facts.open().size(),
                                          facts.runners().size(),
                                          facts.settling().size(),
                                          resting.size(),
                                          checked.isEmpty()
                                              ? ""
                                              : "; " + String.join("; ", checked))))
                          : Optional.empty();
                    }),
        () -> "nobody works on an open session");
  }

  private static RecoveryStepOutcome enough(String evidence) {
    return new RecoveryStepOutcome.Done(evidence, true, "");
  }

  private static RecoveryStepOutcome done(String evidence) {
    return new RecoveryStepOutcome.Done(evidence);
  }
}
