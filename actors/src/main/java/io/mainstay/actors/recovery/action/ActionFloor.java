package io.mainstay.actors.recovery.action;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.recovery.Intake;
import io.mainstay.actors.recovery.engine.CoordinatorSettings;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.review.ReviewQueue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the actions of recoveries stand on: the node's actors and stores, and looking until an
 * effect is there. Thread-safe.
 */
public final class ActionFloor {
  /** What lies around the domains and stays when they begin anew. */
  public record Surroundings(
      Config config,
      Database database,
      BlobStore blobs,
      EventStamper stamper,
      ActorRef<ModeCommand> modes,
      ActorRef<AlertCommand> alerts,
      ActorRef<NotificationCommand> notifications,
      ActorRef<ReviewQueue.Command> reviews,
      Intake intake) {}

  private final ActorSystem<?> system;
  private final CoordinatorSettings settings;
  private final Supplier<NodePorts> ports;
  private final Surroundings around;
  private final Executor blocking;

  /**
   * @param ports the domains as they are when asked
   */
  public ActionFloor(
      ActorSystem<?> system,
      CoordinatorSettings settings,
      Supplier<NodePorts> ports,
      Surroundings around) {
    this.system = system;
    this.settings = settings;
    this.ports = ports;
    this.around = around;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
  }

  public ActorSystem<?> system() {
    return system;
  }

  /** The domains as they are now; do not keep them. */
  public NodePorts ports() {
    return ports.get();
  }

  public Surroundings around() {
    return around;
  }

  /** How long one question to a domain may take. */
  public Duration answerWithin() {
    return settings.answerWithin();
  }

  /** Between two looks for an effect. */
  public Duration lookInterval() {
    return settings.lookInterval();
  }

  /** Asks, and waits as long as one question may take. */
  public <C, R> CompletionStage<R> ask(ActorRef<C> whom, Function<ActorRef<R>, C> question) {
    return ask(whom, question, settings.answerWithin());
  }

  /** The same, for what takes its time. */
  public <C, R> CompletionStage<R> ask(
      ActorRef<C> whom, Function<ActorRef<R>, C> question, Duration within) {
    return Unanswered.named(
        AskPattern.ask(whom, question::apply, within, system.scheduler()), whom, within);
  }

  /** The same; a refusal is a failure. */
  public <C, R> CompletionStage<R> askStatus(
      ActorRef<C> whom, Function<ActorRef<StatusReply<R>>, C> question, Duration within) {
    return Unanswered.named(
        AskPattern.askWithStatus(whom, question::apply, within, system.scheduler()), whom, within);
  }

  /** On a thread that may wait for the disk. */
  public <R> CompletionStage<R> blocking(Supplier<R> work) {
    return CompletableFuture.supplyAsync(work, blocking);
  }

  /**
   * Looks until there is an outcome, or the step's time is over, which began with the step; a look
   * that fails is made again.
   *
   * @param look empty while the effect is not there
   * @param missing said when it never was
   */
  public CompletionStage<RecoveryStepOutcome> await(
      Task task,
      Supplier<CompletionStage<Optional<RecoveryStepOutcome>>> look,
      Supplier<String> missing) {
    return await(task, task.step().limit(), look, missing);
  }

  /** The same for a part of the step's time, from now on. */
  public CompletionStage<RecoveryStepOutcome> await(
      Task task,
      Duration patience,
      Supplier<CompletionStage<Optional<RecoveryStepOutcome>>> look,
      Supplier<String> missing) {
    long now = System.nanoTime();
    long left = task.timeLeft(now).minus(settings.lookInterval()).toNanos();
    return new Looks(task, look, missing, now + Math.min(left, patience.toNanos())).begin();
  }

  /**
   * The looks of one wait; each begins when the one before is over. They complete one result: a
   * stage for each look, nested in the one before, would not come to its end after thousands.
   */
  private final class Looks {
    private final Task task;
    private final Supplier<CompletionStage<Optional<RecoveryStepOutcome>>> look;
    private final Supplier<String> missing;
    private final long end;
    private final CompletableFuture<RecoveryStepOutcome> result = new CompletableFuture<>();

    private Looks(
        Task task,
        Supplier<CompletionStage<Optional<RecoveryStepOutcome>>> look,
        Supplier<String> missing,
        long end) {
      this.task = task;
      this.look = look;
      this.missing = missing;
      this.end = end;
    }

    private CompletionStage<RecoveryStepOutcome> begin() {
      look();
      return result;
    }

    private void look() {
      CompletableFuture.completedStage(look)
          .thenCompose(Supplier::get)
          .whenComplete(
              (seen, failure) -> {
                try {
                  over(failure == null ? seen : Optional.empty(), failure);
                } catch (RuntimeException broken) {
                  result.completeExceptionally(broken);
                }
              });
    }

    private void over(Optional<RecoveryStepOutcome> seen, Throwable failure) {
      if (seen.isPresent()) {
        result.complete(seen.get());
      } else if (System.nanoTime() - end >= 0) {
        result.complete(
            new RecoveryStepOutcome.Failed(
                RecoveryStepOutcome.Failed.EFFECT_MISSING,
                missing.get()
                    + " within "
                    + task.step().limitMillis()
                    + " ms"
                    + (failure == null ? "" : "; the last look failed: " + failure.getMessage())));
      } else {
        system
            .scheduler()
            .scheduleOnce(settings.lookInterval(), this::look, system.executionContext());
      }
    }
  }
}
