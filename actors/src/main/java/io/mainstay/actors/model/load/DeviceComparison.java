package io.mainstay.actors.model.load;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.DeviceFacts.SlotFacts;
import io.mainstay.actors.consistency.check.WorkerAccount;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCollaborators;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.load.Residences.Key;
import io.mainstay.actors.model.report.Reconciled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Compares what the node believes of the models of a device, and what the ledger has set aside for
 * them, with what the device's worker itself reports; repairs by the authority over each field if
 * it is asked to, and looks again. Confined to the {@code ModelSupervisor}.
 */
final class DeviceComparison {
  /** What the node believes, and how it is put right. */
  interface Books {
    /** State by model: loaded, recovering, loading or failed. */
    Map<String, String> believed(String deviceId);

    /** Who uses the model, for people. */
    List<String> dependents(String modelId);

    /**
     * Bytes to set aside for the model.
     *
     * @throws Refusal if it is unknown
     */
    long memoryBytes(String modelId);

    /** The worker does not have what was believed to be there. */
    void isAbsent(Key key);

    /** The worker has exactly these. */
    void holds(String deviceId, Set<String> models);
  }

  /** One look; the first one of a repair changes what it finds, the second one checks. */
  private record Look(
      String deviceId,
      boolean repairing,
      int compared,
      List<Reconciled.Difference> repaired,
      ActorRef<StatusReply<Reconciled>> replyTo) {}

  private record WorkerSeen(Look look, DeviceCommand.Inspected devices, Throwable failure)
      implements LoadDesk.Notice {}

  /** The ledger has answered all that was asked of it, or not in time. */
  private record Repaired(Look next) implements LoadDesk.Notice {}

  private record LedgerSeen(
      Look look, Set<String> held, MemoryCommand.LedgerList ledgers, Throwable failure)
      implements LoadDesk.Notice {}

  private final ActorContext<ModelCommand> context;
  private final ModelCollaborators collaborators;
  private final Duration timeout;
  private final Books books;

  /**
   * @param timeout of one question
   */
  DeviceComparison(
      ActorContext<ModelCommand> context,
      ModelCollaborators collaborators,
      Duration timeout,
      Books books) {
    this.context = context;
    this.collaborators = collaborators;
    this.timeout = timeout;
    this.books = books;
  }

  /** Looks once, and answers what differs; changes nothing. */
  void compare(String deviceId, ActorRef<StatusReply<Reconciled>> replyTo) {
    look(new Look(deviceId, false, -1, List.of(), replyTo));
  }

  /** Looks, repairs, looks again, answers. */
  void reconcile(String deviceId, ActorRef<StatusReply<Reconciled>> replyTo) {
    look(new Look(deviceId, true, -1, List.of(), replyTo));
  }

  /** An answer to one of its questions; anything else is not its business. */
  void on(LoadDesk.Notice notice) {
    if (notice instanceof WorkerSeen seen) {
      onWorkerSeen(seen);
    } else if (notice instanceof LedgerSeen seen) {
      onLedgerSeen(seen);
    } else if (notice instanceof Repaired repaired) {
      look(repaired.next());
    }
  }

  private void look(Look look) {
    context.ask(
        DeviceCommand.Inspected.class,
        collaborators.devices(),
        timeout,
        // The inspection ends by itself before the question is overdue.
        replyTo -> new DeviceCommand.Inspect(timeout.multipliedBy(3).dividedBy(4), replyTo),
        (devices, failure) -> new WorkerSeen(look, devices, failure));
  }

  private void onWorkerSeen(WorkerSeen seen) {
    Look look = seen.look();
    if (seen.failure() != null) {
      refuse(look, LoadRefusals.overdue("the device domain", "Inspect", timeout, seen.failure()));
      return;
    }
    Optional<Refusal> standing = LoadRefusals.standing(look.deviceId(), seen.devices());
    if (standing.isPresent()) {
      refuse(look, standing.get());
      return;
    }
    Optional<Set<String>> known = held(look.deviceId(), seen.devices());
    if (known.isEmpty()) {
      // Late, or another one serves by now: that is not to say that it holds nothing.
      refuse(
          look,
          Refusal.busy(
              "the worker of " + look.deviceId() + " did not say in time what it holds",
              timeout.toMillis()));
      return;
    }
    Set<String> held = known.get();
    context.ask(
        MemoryCommand.LedgerList.class,
        collaborators.memory(),
        timeout,
        MemoryCommand.ListLedgers::new,
        (ledgers, failure) -> new LedgerSeen(look, held, ledgers, failure));
  }

  /** Workers of protocol version 0 give no account: then what the device has measured counts. */
  private static Optional<Set<String>> held(String deviceId, DeviceCommand.Inspected devices) {
    DeviceFacts device =
        devices.devices().stream().filter(d -> d.id().equals(deviceId)).findFirst().orElseThrow();
    return device.slots().stream()
        .filter(slot -> slot.epoch() == device.servingEpoch())
        .findFirst()
        .map(DeviceComparison::held);
  }

  private static Set<String> held(SlotFacts slot) {
    return Set.copyOf(slot.account().map(WorkerAccount::models).orElse(slot.models()).keySet());
  }

  private void onLedgerSeen(LedgerSeen seen) {
    Look look = seen.look();
    String deviceId = look.deviceId();
    if (seen.failure() != null) {
      refuse(
          look, LoadRefusals.overdue("the memory domain", "ListLedgers", timeout, seen.failure()));
      return;
    }
    ModelComparison comparison =
        new ModelComparison(
            books.believed(deviceId), seen.held(), Ledgers.models(seen.ledgers(), deviceId));
    List<Reconciled.Difference> found = new ArrayList<>();
    for (ModelComparison.Finding finding : comparison.findings()) {
      found.add(finding.with(books.dependents(finding.modelId())));
    }
    if (look.repairing() && look.compared() < 0 && !found.isEmpty()) {
      CompletableFuture<?>[] repairs =
          comparison.findings().stream()
              .map(finding -> repair(new Key(finding.modelId(), deviceId), finding, seen.ledgers()))
              .toArray(CompletableFuture<?>[]::new);
      books.holds(deviceId, seen.held());
      Look next = new Look(deviceId, true, comparison.size(), found, look.replyTo());
      // What failed is found again by the second look.
      context.pipeToSelf(CompletableFuture.allOf(repairs), (all, failure) -> new Repaired(next));
      return;
    }
    look.replyTo()
        .tell(
            StatusReply.success(
                new Reconciled(
                    deviceId,
                    look.compared() < 0 ? comparison.size() : look.compared(),
                    look.repairing() ? look.repaired() : found,
                    found.stream().map(Reconciled.Difference::text).toList())));
  }

  private void refuse(Look look, Refusal refusal) {
    look.replyTo().tell(StatusReply.error(refusal));
  }

  /** Completes once it is done, or cannot be. */
  private CompletableFuture<?> repair(
      Key key, ModelComparison.Finding finding, MemoryCommand.LedgerList ledgers) {
    switch (finding.kind()) {
      case BELIEVED_NOT_HELD -> books.isAbsent(key);
      case RESERVED_NOT_HELD -> {
        return correct(key, ledgers);
      }
      case HELD_NOT_RESERVED -> {
        return reserve(key);
      }
      case HELD_NOT_BELIEVED ->
          context.getLog().warn("model adopted model={} device={}", key.modelId(), key.deviceId());
    }
    return CompletableFuture.completedFuture(null);
  }

  /** Nothing, if it was given to a load since it was found: the ledger says another amount then. */
  private CompletableFuture<?> correct(Key key, MemoryCommand.LedgerList ledgers) {
    return AskPattern.<MemoryCommand, Done>ask(
            collaborators.memory(),
            replyTo ->
                new MemoryCommand.Correct(
                    key.deviceId(),
                    Loader.owner(key.modelId()),
                    Ledgers.bytes(ledgers, key),
                    0,
                    replyTo),
            timeout,
            context.getSystem().scheduler())
        .toCompletableFuture();
  }

  private CompletableFuture<?> reserve(Key key) {
    long bytes;
    try {
      bytes = books.memoryBytes(key.modelId());
    } catch (Refusal unknown) {
      // The second look finds it again, and says so.
      context.getLog().warn("model of a worker is unknown reason={}", unknown.getMessage());
      return CompletableFuture.completedFuture(null);
    }
    return AskPattern.<MemoryCommand, MemoryCommand.Reservation>askWithStatus(
            collaborators.memory(),
            replyTo ->
                new MemoryCommand.Reserve(
                    key.deviceId(), Loader.owner(key.modelId()), bytes, replyTo),
            timeout,
            context.getSystem().scheduler())
        .toCompletableFuture();
  }
}
