package io.mainstay.actors.consistency;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AskPattern;
import akka.japi.function.Function;
import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.Divergence;
import io.mainstay.actors.consistency.system.WorkerProcesses;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.transaction.TransactionCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;

/**
 * Carries repairs out: tells the domain that is wrong what its counterpart, the field's owner,
 * says, and releases for real what nobody needs. Whether it helped is for the next look to say.
 */
public final class RepairCrew {
  private final ActorSystem<?> system;
  private final NodeFacts.Domains domains;
  private final ConsistencySettings settings;
  private final Executor blocking;
  private final Logger log;
  private final CompletenessRepair completeness;

  /** The crew of this node. */
  public RepairCrew(
      ActorSystem<?> system, NodeFacts.Domains domains, ConsistencySettings settings) {
    this.system = system;
    this.domains = domains;
    this.settings = settings;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    this.log = system.log();
    this.completeness = new CompletenessRepair(system, domains.transaction(), settings);
  }

  /** Done when all were carried out, failed or overdue; a failure of one is logged. */
  CompletionStage<Void> carryOut(List<Divergence> divergences) {
    List<CompletableFuture<?>> running = new ArrayList<>();
    Set<String> republished = new HashSet<>();
    Set<String> accounted = new HashSet<>();
    for (Divergence divergence : divergences) {
      running.add(
          one(divergence, republished, accounted)
              .toCompletableFuture()
              .exceptionally(
                  failure -> {
                    log.warn(
                        "repair failed divergence={} cause={}",
                        divergence.text(),
                        failure.toString());
                    return null;
                  }));
    }
    return CompletableFuture.allOf(running.toArray(CompletableFuture[]::new));
  }

  private CompletionStage<?> one(
      Divergence divergence, Set<String> republished, Set<String> accounted) {
    String place = divergence.place();
    String subject = divergence.subject();
    switch (divergence.kind().repair()) {
      case CORRECT_LEDGER:
        return correct(divergence);
      case REGISTER_DEVICE:
        domains
            .memory()
            .tell(new MemoryCommand.RegisterDevice(place, Long.parseLong(divergence.ownerValue())));
        break;
      case REPUBLISH_DEVICE:
        if (republished.add(place)) {
          domains.device().tell(new DeviceCommand.Republish(place));
        }
        break;
      case RELEASE_TURN:
        domains.inference().tell(new InferenceCommand.ReleaseTurn(subject));
        break;
      case RELEASE_HEAP:
        putRight(subject, ProcessingCommand.Right.NO_HEAP);
        break;
      case CONTINUE_SESSION:
        putRight(subject, ProcessingCommand.Right.GOES_ON);
        break;
      case CLOSE_SESSION:
        putRight(subject, ProcessingCommand.Right.OVER);
        break;
      case RECLAIM_LEASES:
        domains
            .device()
            .tell(
                new DeviceCommand.ReclaimLeases(
                    place, Long.parseLong(subject), Long.parseLong(divergence.stamp())));
        break;
      case REPLACE_WORKER:
        domains
            .device()
            .tell(
                new DeviceCommand.ReplaceWorker(
                    place, Long.parseLong(subject), divergence.text(), null));
        break;
      case KILL_PROCESS:
        return kill(Long.parseLong(subject), Long.parseLong(divergence.stamp()));
      case DELETE_FILE:
        return delete(Path.of(subject));
      case VERIFY_MODEL:
        return verify(place);
      case GIVE_BACK_DEVICE:
        return ask(
            domains.device(),
            (ActorRef<Done> replyTo) -> new DeviceCommand.GiveBack(place, subject, replyTo));
      case FREE_HEAP:
        return ask(
            domains.processing(),
            (ActorRef<Done> replyTo) -> new ProcessingCommand.FreeHeap(subject, replyTo));
      case UNPIN:
        return ask(
            domains.model(), (ActorRef<Done> replyTo) -> new ModelCommand.Unpin(subject, replyTo));
      case ABORT_IN_WORKER:
        domains
            .device()
            .tell(
                new DeviceCommand.AbortInWorker(
                    place, Long.parseLong(divergence.stamp()), subject));
        break;
      case HOLD_AGAIN:
        domains.transaction().tell(new TransactionCommand.HoldAgain(place, subject));
        break;
      case TAKE_ACCOUNT:
        // One account has all that is wrong about a worker's models.
        if (accounted.add(place)) {
          domains
              .device()
              .tell(new DeviceCommand.TakeAccount(place, Long.parseLong(divergence.stamp())));
        }
        break;
      case FREE_LEASE:
        domains.model().tell(new ModelCommand.TendLease(place, subject, true));
        break;
      case WAKE_TRANSACTION, REDRIVE_SAGA, SETTLE_HOLDING, PREPARE_AGAIN, RELEASE_TRANSACTION:
        return completeness.carryOut(divergence);
      case NONE:
        break;
      default:
        throw new IllegalStateException("No repair for " + divergence.kind());
    }
    return CompletableFuture.completedStage(null);
  }

  private void putRight(String sessionId, ProcessingCommand.Right right) {
    domains.processing().tell(new ProcessingCommand.PutRight(sessionId, right));
  }

  private <C> CompletionStage<Done> ask(ActorRef<C> domain, Function<ActorRef<Done>, C> question) {
    return AskPattern.ask(domain, question, settings.answerTimeout(), system.scheduler());
  }

  private CompletionStage<Done> correct(Divergence divergence) {
    String held = divergence.otherValue();
    long expected = held.equals("none") ? 0 : Long.parseLong(held);
    long bytes = Long.parseLong(divergence.ownerValue());
    return ask(
        domains.memory(),
        (ActorRef<Done> replyTo) ->
            new MemoryCommand.Correct(
                divergence.place(), divergence.subject(), expected, bytes, replyTo));
  }

  private CompletionStage<ModelCommand.Verified> verify(String modelId) {
    return AskPattern.askWithStatus(
        domains.model(),
        (ActorRef<StatusReply<ModelCommand.Verified>> replyTo) ->
            new ModelCommand.Verify(modelId, replyTo),
        settings.repair().within(),
        system.scheduler());
  }

  private CompletionStage<Void> kill(long pid, long startTicks) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            log.warn("stray worker killed pid={}", pid);
            WorkerProcesses.kill(pid, startTicks);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        blocking);
  }

  private CompletionStage<Void> delete(Path file) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            log.warn("stray shared memory file deleted file={}", file);
            Files.deleteIfExists(file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        blocking);
  }
}
