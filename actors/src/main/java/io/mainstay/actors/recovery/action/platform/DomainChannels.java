package io.mainstay.actors.recovery.action.platform;

import io.mainstay.actors.consistency.check.ModelFacts.Residence;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AttendedSessions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * The domains' channels: a domain is connected when it answers, and knows of the others what it
 * works with. What it was not told, or lost, it is told anew. Thread-safe.
 */
final class DomainChannels {
  private final ActionFloor floor;
  private final Questions questions;
  private final Attempts attempts;

  DomainChannels(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.attempts = new Attempts(floor.system());
  }

  /** Asks the domain of that name until it answers and knows what it needs. */
  CompletionStage<RecoveryStepOutcome> reconnect(Task task) {
    String channel = task.parameter("channel");
    return attempts.until(
        task,
        channel + " answers and knows what it works with",
        () -> {
          long begun = System.nanoTime();
          return connected(channel)
              .thenApply(
                  said ->
                      "%s answered in %d us: %s"
                          .formatted(channel, (System.nanoTime() - begun) / 1_000, said));
        });
  }

  private CompletionStage<String> connected(String channel) {
    return switch (channel) {
      case "memory" -> questions.devices().thenCombine(questions.ledgers(), this::ledgers);
      case "model" ->
          questions
              .devices()
              .thenCompose(
                  devices ->
                      questions
                          .residences()
                          .thenApply(facts -> residences(devices, facts.residences())));
      case "processing" -> questions.work().thenApply(this::sessions);
      case "postprocessing" ->
          floor
              .askStatus(
                  floor.ports().postprocessing(),
                  PostprocessingCommand.Prove::new,
                  floor.answerWithin())
              .thenApply(PostprocessingCommand.Proof::text);
      default ->
          throw new IllegalArgumentException(
              "channel is " + channel + "; there are memory, model, processing and postprocessing");
    };
  }

  /** Every device has a ledger. */
  private String ledgers(List<DeviceView> devices, List<LedgerView> ledgers) {
    Set<String> known = ledgers.stream().map(LedgerView::deviceId).collect(Collectors.toSet());
    List<String> missing = new ArrayList<>();
    for (DeviceView device : devices) {
      if (!known.contains(device.id())) {
        missing.add(device.id());
        floor
            .ports()
            .memory()
            .tell(new MemoryCommand.RegisterDevice(device.id(), device.memoryBudgetBytes()));
      }
    }
    if (!missing.isEmpty()) {
      throw new NotYet("no ledger of " + missing);
    }
    return ledgers.stream()
        .map(
            ledger ->
                "%s %d of %d bytes reserved"
                    .formatted(ledger.deviceId(), ledger.reservedBytes(), ledger.budgetBytes()))
        .collect(Collectors.joining("; "));
  }

  /** The model domain knows each model that a worker has. */
  private String residences(List<DeviceView> devices, List<Residence> residences) {
    List<String> unknown = new ArrayList<>();
    for (DeviceView device : devices) {
      Set<String> models = new TreeSet<>(device.models());
      residences.stream()
          .filter(one -> one.deviceId().equals(device.id()))
          .forEach(one -> models.remove(one.modelId()));
      if (device.serves() && !models.isEmpty()) {
        unknown.add(models + " on " + device.id());
        floor
            .ports()
            .model()
            .tell(new ModelCommand.Reconcile(device.id(), floor.system().ignoreRef()));
      }
    }
    if (!unknown.isEmpty()) {
      throw new NotYet("the model domain does not know " + String.join(", ", unknown));
    }
    return residences.size() + " models are on devices, as their workers have them";
  }

  /** Each open session is worked on, is about to be, or may not be now. */
  private String sessions(ProcessingCommand.Facts facts) {
    Set<String> forgotten = AttendedSessions.idle(facts);
    forgotten.removeAll(facts.kept());
    for (String session : forgotten) {
      floor
          .ports()
          .processing()
          .tell(new ProcessingCommand.PutRight(session, ProcessingCommand.Right.GOES_ON));
    }
    if (!forgotten.isEmpty()) {
      throw new NotYet("nobody works on " + forgotten);
    }
    return facts.open().size() + " sessions open, " + facts.runners().size() + " worked on";
  }
}
