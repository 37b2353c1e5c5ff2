package io.mainstay.actors.recovery.action.processing;

import static io.mainstay.actors.recovery.action.Outcomes.done;

import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.InTurn;
import io.mainstay.actors.recovery.action.LostHeap;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.StrandedTurns;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.action.TwoLooks;
import io.mainstay.actors.recovery.engine.RecoveryAction;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Requests that ask for what cannot be had: what requests are checked against is what the devices
 * can do now, and what was refused holds nothing.
 */
public final class ValidationActions {
  private final ActionFloor floor;
  private final SessionQuestions sessions;
  private final Questions questions;
  private final StrandedTurns turns;
  private final LostHeap heap;

  private ValidationActions(ActionFloor floor) {
    this.floor = floor;
    this.sessions = new SessionQuestions(floor);
    this.questions = new Questions(floor);
    this.turns = new StrandedTurns(floor);
    this.heap = new LostHeap(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    ValidationActions validation = new ValidationActions(floor);
    actions
        .add("check_device_capabilities", validation::devices)
        .add("check_model_requirements", validation::models)
        .add("confirm_refused_before_work", validation::refused);
  }

  /** Every device's budget is in the ledger that requests are checked against; else it is told. */
  private CompletionStage<RecoveryStepOutcome> devices(Task task) {
    return floor.await(
        task,
        () ->
            questions
                .devices()
                .thenCombine(
                    questions.ledgers(),
                    (listed, ledgers) -> {
                      List<String> said = new ArrayList<>();
                      boolean agreed = true;
                      for (var device : listed) {
                        long known =
                            ledgers.stream()
                                .filter(one -> one.deviceId().equals(device.id()))
                                .mapToLong(MemoryCommand.LedgerView::ownerBytesMax)
                                .findFirst()
                                .orElse(-1);
                        if (known < 0) {
                          agreed = false;
                          floor
                              .ports()
                              .memory()
                              .tell(
                                  new MemoryCommand.RegisterDevice(
                                      device.id(), device.memoryBudgetBytes()));
                        }
                        said.add(
                            "%s (%s, %s) takes models of up to %d bytes"
                                .formatted(device.id(), device.backend(), device.state(), known));
                      }
                      return agreed ? Optional.of(done(String.join("; ", said))) : Optional.empty();
                    }),
        () -> "a device has no ledger that requests are checked against");
  }

  /** Which models some device has room for, and which none. */
  private CompletionStage<RecoveryStepOutcome> models(Task task) {
    return questions
        .models()
        .thenCombine(
            questions.ledgers(),
            (listed, ledgers) -> {
              long most =
                  ledgers.stream()
                      .filter(one -> !one.deviceId().equals("host"))
                      .mapToLong(MemoryCommand.LedgerView::ownerBytesMax)
                      .max()
                      .orElse(0);
              List<ModelView> sound =
                  listed.stream().filter(one -> !one.state().equals("broken")).toList();
              List<ModelView> large =
                  sound.stream().filter(one -> one.memoryBytes() > most).toList();
              if (sound.size() == large.size()) {
                return new RecoveryStepOutcome.Failed(
                    "no_model_fits",
                    "None of %d models can be used: %d are broken, %d need more than the %d bytes that a device takes. See 'mainstay models'"
                        .formatted(
                            listed.size(), listed.size() - sound.size(), large.size(), most));
              }
              return done(
                  "%d of %d models fit a device; requests for %s are refused before work"
                      .formatted(
                          sound.size() - large.size(),
                          listed.size(),
                          large.isEmpty()
                              ? "broken ones"
                              : large.stream()
                                  .map(one -> one.id() + " (" + one.memoryBytes() + " bytes)")
                                  .collect(Collectors.joining(", "))));
            });
  }

  /** Nobody works on a session that was refused, and nothing is held for it. */
  private CompletionStage<RecoveryStepOutcome> refused(Task task) {
    Optional<String> named = Subjects.session(task.subject());
    return named.isEmpty() ? nothingHeld(task) : settled(task, named.get());
  }

  /** It never became a session: then nobody has a turn or heap without being worked on. */
  private CompletionStage<RecoveryStepOutcome> nothingHeld(Task task) {
    return InTurn.each(
            List.<RecoveryAction>of(turns::giveBack, heap::giveBack),
            left -> left.perform(task),
            "")
        .thenApply(
            outcome ->
                outcome instanceof RecoveryStepOutcome.Done left
                    ? done(
                        task.subject()
                            + " became no session, and nothing is held without one: "
                            + left.evidence())
                    : outcome);
  }

  private CompletionStage<RecoveryStepOutcome> settled(Task task, String session) {
    TwoLooks looks = new TwoLooks();
    return floor.await(
        task,
        () ->
            questions
                .turns()
                .thenCompose(
                    turns ->
                        questions.work().thenApply(facts -> settled(session, turns, facts, looks))),
        () -> "the session that was refused is neither over nor worked on");
  }

  /**
   * Over with nothing held, or worked on; heap that it has twice without a runner is given back.
   */
  private Optional<RecoveryStepOutcome> settled(
      String session, InferenceCommand.Facts turns, ProcessingCommand.Facts facts, TwoLooks looks) {
    boolean goesOn = facts.runners().contains(session);
    boolean holdsHeap = facts.heap().containsKey(session);
    boolean lost = !goesOn && holdsHeap && !facts.settling().contains(session);
    looks
        .agreed(lost ? Set.of(session) : Set.of())
        .forEach(one -> sessions.putRight(one, ProcessingCommand.Right.NO_HEAP));
    if (goesOn) {
      return Optional.of(
          done(
              session
                  + " goes on without what cannot be done; what was refused is in its dead"
                  + " letters"));
    }
    boolean turn = turns.turns().stream().anyMatch(one -> one.sessionId().equals(session));
    return facts.open().contains(session) || turn || holdsHeap
        ? Optional.empty()
        : Optional.of(done(session + " is over and holds nothing"));
  }
}
