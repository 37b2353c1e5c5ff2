package io.mainstay.actors.recovery.action.processing;

import static io.mainstay.actors.recovery.action.Outcomes.done;

import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.processing.ProcessingCommand;
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
import java.util.Comparator;
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

  private record Conflict(String waits, String atWork) {}

  /** The least urgent one that is worked on rests, if a more urgent one waits, at two looks. */
  private CompletionStage<RecoveryStepOutcome> preempt(Task task) {
    return ranked()
        .thenCompose(
            first ->
                first.conflict().isEmpty()
                    ? CompletableFuture.completedFuture(noConflict(first))
                    : ranked().thenCompose(second -> preempt(task, first, second)));
  }

  private CompletionStage<RecoveryStepOutcome> preempt(Task task, Ranked first, Ranked second) {
    Optional<Conflict> conflict = second.conflict().filter(first.conflict().get()::equals);
    if (conflict.isEmpty()) {
      return CompletableFuture.completedFuture(noConflict(second));
    }
    String resting = conflict.get().atWork();
    Duration longest = StepTimes.millis(task, "rest_at_most_ms");
    return sessions
        .hold(
            replyTo -> new HoldCommand.Rest(task.recoveryId(), Set.of(resting), longest, replyTo),
            task.step().limit())
        .thenCompose(held -> awaitTurn(task, conflict.get().waits(), resting));
  }

  private static RecoveryStepOutcome noConflict(Ranked ranked) {
    return new RecoveryStepOutcome.Done(
        "nobody waits for work of a lower class: " + ranked.text(), true, "");
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

  /**
   * Sessions by their claims.
   *
   * @param open by class, then in order of acceptance
   */
  private record Ranked(ProcessingCommand.Facts facts, List<SessionView> open) {
    static Ranked of(ProcessingCommand.Facts facts, List<SessionView> open) {
      return new Ranked(
          facts,
          open.stream()
              .sorted(
                  Comparator.comparing(SessionView::workClass)
                      .thenComparing(SessionView::sessionId))
              .toList());
    }

    /** Who waits and who has to rest for it, by their ids; empty if nobody has to. */
    Optional<Conflict> conflict() {
      return firstWaiting()
          .flatMap(
              waits ->
                  leastAtWork()
                      .filter(least -> waits.workClass().compareTo(least.workClass()) < 0)
                      .map(least -> new Conflict(waits.sessionId(), least.sessionId())));
    }

    /** One that may be worked on: who rests, or is of a kind that a mode keeps off, waits on. */
    Optional<SessionView> firstWaiting() {
      return open.stream()
          .filter(view -> !facts.runners().contains(view.sessionId()))
          .filter(view -> !facts.kept().contains(view.sessionId()))
          .findFirst();
    }

    String standing(SessionView view) {
      if (facts.runners().contains(view.sessionId())) {
        return "at work";
      }
      return facts.kept().contains(view.sessionId()) ? "kept from work" : "waits";
    }

    Optional<SessionView> leastAtWork() {
      List<SessionView> working =
          open.stream().filter(view -> facts.runners().contains(view.sessionId())).toList();
      return working.isEmpty() ? Optional.empty() : Optional.of(working.get(working.size() - 1));
    }

    String text() {
      return open.isEmpty()
          ? "no session is open"
          : open.stream()
              .map(
                  view ->
                      "%s %s (%s, %d bytes of heap)"
                          .formatted(
                              view.sessionId(),
                              view.workClass(),
                              standing(view),
                              facts.heap().getOrDefault(view.sessionId(), 0L)))
              .collect(Collectors.joining(", "));
    }
  }

  /** All that are open, however many were accepted since. */
  private CompletionStage<Ranked> ranked() {
    return questions
        .work()
        .thenCompose(
            facts ->
                AtATime.one(new TreeSet<>(facts.open()), this::claims)
                    .thenApply(
                        open ->
                            Ranked.of(facts, open.stream().flatMap(Optional::stream).toList())));
  }

  /** One that is over meanwhile, or not yet durable, claims nothing. */
  private CompletionStage<Optional<SessionView>> claims(String session) {
    return questions
        .session(session, floor.answerWithin())
        .handle((view, gone) -> Optional.ofNullable(view).filter(known -> !known.finished()));
  }
}
