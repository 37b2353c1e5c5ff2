package io.mainstay.actors.node;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.degradation.restoration.RestorationTests.Conditions;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.node.ProbeFloor.Finding;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingCommand.SubmitReply;
import io.mainstay.actors.transaction.ShardedTransactions;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Whether the domains of a node work together. */
record IntegrationProbes(ProbeFloor floor, ComponentProbes components) {
  private static final String UNKNOWN_MODEL = "no-such-model-as-this";
  private static final int TEXTS = 3;

  /** Model, device and inference domain tell the same of who has which models. */
  CompletionStage<Finding> crossDomain(Conditions conditions) {
    CompletionStage<ModelFacts> models =
        floor.ask(floor.domains().get().model(), conditions.within(), ModelCommand.GetFacts::new);
    CompletionStage<InferenceCommand.Facts> inference =
        floor.ask(
            floor.domains().get().inference(), conditions.within(), InferenceCommand.GetFacts::new);
    CompletionStage<MemoryCommand.LedgerList> memory =
        floor.ask(
            floor.domains().get().memory(), conditions.within(), MemoryCommand.ListLedgers::new);
    return floor
        .devices(conditions.within())
        .thenCombine(
            models.thenCombine(inference, Told::new).thenCombine(memory, Told::with),
            IntegrationProbes::agree);
  }

  private record Told(
      ModelFacts models, InferenceCommand.Facts inference, MemoryCommand.LedgerList memory) {
    Told(ModelFacts models, InferenceCommand.Facts inference) {
      this(models, inference, null);
    }

    Told with(MemoryCommand.LedgerList ledgers) {
      return new Told(models, inference, ledgers);
    }
  }

  private static Finding agree(List<DeviceView> devices, Told told) {
    int compared = 0;
    for (DeviceView device : devices) {
      if (!device.serves()) {
        continue;
      }
      Set<String> own = new TreeSet<>(device.models());
      Set<String> believed = new TreeSet<>();
      told.models().residences().stream()
          .filter(each -> each.deviceId().equals(device.id()) && each.state().equals("loaded"))
          .forEach(each -> believed.add(each.modelId()));
      Set<String> seat = new TreeSet<>();
      told.inference().seats().stream()
          .filter(each -> each.deviceId().equals(device.id()))
          .forEach(each -> seat.addAll(each.models()));
      boolean known =
          told.memory().ledgers().stream()
              .anyMatch(ledger -> ledger.deviceId().equals(device.id()));
      if (!own.equals(believed) || !own.equals(seat) || !known) {
        return Finding.failed(
            "%s has %s; the model domain says %s, inference %s, and memory %s it"
                .formatted(device.id(), own, believed, seat, known ? "knows" : "does not know"));
      }
      compared++;
    }
    return new Finding(
        compared > 0, "four domains tell the same of " + compared + " devices and their models");
  }

  /** A session of texts: accepted, planned, computed, stored, completed. */
  CompletionStage<Finding> workflow(Conditions conditions) {
    return floor
        .model(conditions.within())
        .thenCompose(
            model ->
                model.isEmpty()
                    ? Finding.skippedNow("the node has no model of texts for a workflow")
                    : submitted(model.get(), conditions)
                        .thenCompose(reply -> ended(reply, conditions)));
  }

  private CompletionStage<SubmitReply> submitted(String model, Conditions conditions) {
    byte[] texts = "one\ntwo\nthree\n".getBytes(StandardCharsets.UTF_8);
    return CompletableFuture.supplyAsync(
            () -> floor.parts().blobs().put("way-back.txt", texts), floor.blocking())
        .thenCompose(input -> submit(model, input, conditions));
  }

  private CompletionStage<SubmitReply> submit(String model, BlobRef input, Conditions conditions) {
    return floor.ask(
        floor.domains().get().processing(),
        conditions.within(),
        replyTo ->
            new ProcessingCommand.Submit(
                new Workflow.TextEmbedding(model, TEXTS),
                List.of(input),
                WorkClass.INTERACTIVE,
                "",
                ProcessingCommand.SUBMITTED_BY_RESTORATION,
                replyTo));
  }

  private CompletionStage<Finding> ended(SubmitReply reply, Conditions conditions) {
    if (reply instanceof SubmitReply.Accepted accepted) {
      long until = System.nanoTime() + conditions.within().toNanos();
      return ended(accepted.sessionId(), until)
          .thenApply(
              view ->
                  new Finding(
                      view.state().equals("completed") && view.embedded() == TEXTS,
                      "session %s is %s with %d of %d texts"
                          .formatted(view.sessionId(), view.state(), view.embedded(), TEXTS)));
    }
    return CompletableFuture.completedStage(
        Finding.failed("a submission was answered with " + reply));
  }

  private CompletionStage<SessionView> ended(String sessionId, long until) {
    Duration left = Duration.ofNanos(Math.max(1_000_000, until - System.nanoTime()));
    CompletionStage<SessionView> seen =
        floor.askStatus(
            floor.domains().get().processing(),
            left,
            replyTo -> new ProcessingCommand.GetSession(sessionId, replyTo));
    return seen.thenCompose(
        view ->
            view.finishedAt() != null || System.nanoTime() > until
                ? CompletableFuture.completedStage(view)
                : CompletableFuture.supplyAsync(
                        () -> sessionId,
                        CompletableFuture.delayedExecutor(
                            floor.probe().pollEvery().toMillis(),
                            TimeUnit.MILLISECONDS,
                            floor.blocking()))
                    .thenCompose(id -> ended(id, until)));
  }

  /** A device and memory of it are reserved in one transaction, and given back. */
  CompletionStage<Finding> coordination(Conditions conditions) {
    ShardedTransactions transactions =
        new ShardedTransactions(
            floor.system(),
            floor.parts().stamper(),
            TransactionSettings.of(floor.parts().config()));
    String id = transactions.nextId();
    return components
        .serving(conditions)
        .thenCompose(device -> transactions.carryThrough(id, plan(device, conditions)))
        .thenCompose(
            outcome ->
                outcome.committed()
                    ? transactions
                        .release(id, false, "the test is over")
                        .thenCompose(released -> nothingLeft(id, conditions))
                    : CompletableFuture.completedStage(
                        Finding.failed(
                            "transaction %s: %s: %s"
                                .formatted(id, outcome.code(), outcome.message()))));
  }

  private TransactionPlan plan(String device, Conditions conditions) {
    return new TransactionPlan.DeviceMemory(
        Owners.session(conditions.restorationId()),
        new ParticipantWork.ReserveDevice(
            device, "model_loading", floor.probe().reservedFor().toMillis()),
        new ParticipantWork.AllocateMemory(
            device, ComponentProbes.owner(conditions), floor.probe().bytes(), "temporary"),
        true);
  }

  private CompletionStage<Finding> nothingLeft(String id, Conditions conditions) {
    String owner = ComponentProbes.owner(conditions);
    return floor
        .<MemoryCommand, MemoryCommand.LedgerList>ask(
            floor.domains().get().memory(), conditions.within(), MemoryCommand.ListLedgers::new)
        .thenApply(
            list ->
                list.ledgers().stream()
                        .flatMap(ledger -> ledger.reservations().stream())
                        .anyMatch(held -> held.owner().equals(owner))
                    ? Finding.failed("transaction " + id + " left memory reserved")
                    : Finding.passed(
                        "device, memory and worker were held by transaction "
                            + id
                            + " and given back"));
  }

  /** What cannot be done is refused by name, and no worker dies of it. */
  CompletionStage<Finding> errorHandling(Conditions conditions) {
    CompletionStage<InferenceCommand.Embedded> impossible =
        floor.askStatus(
            floor.domains().get().inference(),
            conditions.within(),
            replyTo ->
                new InferenceCommand.Embed(
                    UNKNOWN_MODEL, "the way back", conditions.within(), replyTo));
    CompletionStage<String> refused =
        impossible.handle(
            (embedded, failure) ->
                failure != null && ProbeFloor.cause(failure) instanceof Refusal refusal
                    ? refusal.code()
                    : "");
    return floor
        .devices(conditions.within())
        .thenCompose(
            before ->
                refused.thenCombine(
                    floor.devices(conditions.within()),
                    (code, after) ->
                        new Finding(
                            !code.isEmpty() && epochs(before).equals(epochs(after)),
                            "a model that is not there was refused as '%s'; workers %s and %s"
                                .formatted(code, epochs(before), epochs(after)))));
  }

  private static List<Long> epochs(List<DeviceView> devices) {
    return devices.stream().map(DeviceView::epoch).toList();
  }
}
