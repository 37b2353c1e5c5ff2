package io.mainstay.actors.recovery.action.processing;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.enough;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.StepTimes;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.session.SessionView;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Who claims what: claims whose work is over are settled, idle models make room, a loading lease is
 * waited for, and a session of a lower class rests while one of a higher class has no turn.
 */
public final class ClaimActions {
  private final ActionFloor floor;
  private final SessionQuestions sessions;
  private final Questions questions;

  private ClaimActions(ActionFloor floor) {
    this.floor = floor;
    this.sessions = new SessionQuestions(floor);
    this.questions = new Questions(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    ClaimActions claims = new ClaimActions(floor);
    actions
        .add("rank_competing_claims", claims::rank)
        .add("settle_finished_claims", new SettledClaims(floor)::settle)
        .add("await_free_loading_lease", claims::awaitLease)
        .add("preempt_least_urgent", claims::preempt);
  }

  private CompletionStage<RecoveryStepOutcome> rank(Task task) {
    return ranked()
        .thenCombine(
            questions.holdings(),
            (ranked, held) ->
                done(
                    "most urgent first: %s; heap of transactions %s; held by transactions: %s"
                        .formatted(
                            ranked.text(), ranked.facts().reserved(), SettledClaims.counts(held))));
  }

  /** Loads of a device come one after the other; whoever has it now ends. */
  private CompletionStage<RecoveryStepOutcome> awaitLease(Task task) {
    return floor.await(
        task,
        () ->
            questions
                .residences()
                .thenCombine(
                    floor.ask(floor.ports().device(), DeviceCommand.ListDevices::new),
                    (facts, listed) -> {
                      Set<String> about =
                          Subjects.devices(task.subject(), listed.devices()).stream()
                              .map(one -> one.id())
                              .collect(Collectors.toSet());
                      Map<String, String> taken = new TreeMap<>(facts.leases());
                      taken.keySet().retainAll(about);
                      return taken.isEmpty()
                          ? Optional.of(
                              done(
                                  "devices may be loaded onto: %s; reserved: %s"
                                      .formatted(
                                          about,
                                          listed.reservations().stream()
                                              .map(DeviceReservation::deviceId)
                                              .toList())))
                          : Optional.empty();
                    }),
        () -> "a device is still being loaded onto");
  }

  /** The least urgent one that is worked on rests, if a more urgent one waits, at two looks. */
  private CompletionStage<RecoveryStepOutcome> preempt(Task task) {
    return ranked()
        .thenCompose(
            first ->
                first.conflict().isEmpty()
                    ? now(noConflict(first))
                    : ranked().thenCompose(second -> preempt(task, first, second)));
  }

  private CompletionStage<RecoveryStepOutcome> preempt(
      Task task, RankedClaims first, RankedClaims second) {
    Optional<RankedClaims.Conflict> conflict =
        second.conflict().filter(first.conflict().get()::equals);
    if (conflict.isEmpty()) {
      return now(noConflict(second));
    }
    String resting = conflict.get().atWork();
    Duration longest = StepTimes.millis(task, "rest_at_most_ms");
    return sessions
        .hold(
            replyTo -> new HoldCommand.Rest(task.recoveryId(), Set.of(resting), longest, replyTo),
            task.step().limit())
        .thenCompose(held -> awaitTurn(task, conflict.get().waits(), resting));
  }

  private static RecoveryStepOutcome noConflict(RankedClaims ranked) {
    return enough("nobody waits for work of a lower class: " + ranked.text());
  }

  private CompletionStage<RecoveryStepOutcome> awaitTurn(Task task, String urgent, String resting) {
    return floor.await(
        task,
        () ->
            questions
                .work()
                .thenApply(
                    facts ->
                        facts.runners().contains(urgent) || !facts.open().contains(urgent)
                            ? Optional.of(
                                done("session " + resting + " rests, " + urgent + " has its turn"))
                            : Optional.empty()),
        () -> "session " + urgent + " has no turn");
  }

  /** All that are open, however many were accepted since. */
  private CompletionStage<RankedClaims> ranked() {
    return questions
        .work()
        .thenCompose(
            facts ->
                AtATime.one(new TreeSet<>(facts.open()), this::claims)
                    .thenApply(
                        open ->
                            RankedClaims.of(
                                facts, open.stream().flatMap(Optional::stream).toList())));
  }

  /** One that is over meanwhile, or not yet durable, claims nothing. */
  private CompletionStage<Optional<SessionView>> claims(String session) {
    return questions
        .session(session, floor.answerWithin())
        .handle((view, gone) -> Optional.ofNullable(view).filter(known -> !known.finished()));
  }
}
