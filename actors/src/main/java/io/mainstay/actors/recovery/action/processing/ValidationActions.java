package io.mainstay.actors.recovery.action.processing;

import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Requests that ask for what cannot be had: what requests are checked against is what the devices
 * can do now, and what was refused holds nothing.
 */
public final class ValidationActions {
  private final ActionFloor floor;
  private final SessionQuestions sessions;

  private ValidationActions(ActionFloor floor) {
    this.floor = floor;
    this.sessions = new SessionQuestions(floor);
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
            floor
                .ask(floor.ports().device(), DeviceCommand.ListDevices::new)
                .thenCombine(
                    floor.ask(floor.ports().memory(), MemoryCommand.ListLedgers::new),
                    (listed, ledgers) -> {
                      List<String> said = new ArrayList<>();
                      boolean agreed = true;
                      for (var device : listed.devices()) {
                        long known =
                            ledgers.ledgers().stream()
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
    return floor
        .ask(floor.ports().model(), ModelCommand.ListModels::new)
        .thenCombine(
            floor.ask(floor.ports().memory(), MemoryCommand.ListLedgers::new),
            (listed, ledgers) -> {
              long most =
                  ledgers.ledgers().stream()
                      .filter(one -> !one.deviceId().equals("host"))
                      .mapToLong(MemoryCommand.LedgerView::ownerBytesMax)
                      .max()
                      .orElse(0);
              List<ModelView> sound =
                  listed.models().stream().filter(one -> !one.state().equals("broken")).toList();
              List<ModelView> large =
                  sound.stream().filter(one -> one.memoryBytes() > most).toList();
              return done(
                  "%d of %d models fit a device; requests for %s are refused before work"
                      .formatted(
                          sound.size() - large.size(),
                          listed.models().size(),
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
    return named.isEmpty()
        ? sessions
            .facts()
            .thenApply(
                facts ->
                    done(
                        "%s was refused with its cause; no session was accepted for it, %d are open"
                            .formatted(task.subject(), facts.open().size())))
        : floor.await(
            task,
            () ->
                sessions
                    .facts()
                    .thenCombine(
                        sessions.turns(),
                        (facts, turns) -> {
                          String session = named.get();
                          long held =
                              turns.turns().stream()
                                  .filter(turn -> turn.sessionId().equals(session))
                                  .count();
                          if (!facts.runners().contains(session)
                              && facts.heap().containsKey(session)) {
                            sessions.putRight(session, ProcessingCommand.Right.NO_HEAP);
                          }
                          boolean over =
                              !facts.open().contains(session)
                                  && held == 0
                                  && !facts.heap().containsKey(session);
                          boolean goesOn = facts.runners().contains(session);
                          return over || goesOn
                              ? Optional.of(
                                  done(
                                      over
                                          ? session + " is over and holds nothing"
                                          : session
                                              + " goes on without what cannot be done; what was"
                                              + " refused is in its dead letters"))
                              : Optional.empty();
                        }),
            () -> "the session that was refused is neither over nor worked on");
  }

  private static RecoveryStepOutcome done(String evidence) {
    return new RecoveryStepOutcome.Done(evidence);
  }
}
