package io.mainstay.actors.transaction;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.Patterns;
import io.mainstay.actors.degradation.DeviceUse;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.SessionReservations;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionOutcome;
import io.mainstay.persistence.transaction.TransactionPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The two atomic operations of a session: its resources together with its model on a device, and
 * for pictures that model together with the chain that they go through. The devices are tried one
 * after the other, those that have the model first. Heap is not reserved here: batches ask for
 * theirs one by one, and one that was set aside would be missing to them. Thread-safe.
 */
public final class SessionTransactions implements SessionReservations {
  private static final String NO_ANSWER = "no_answer";

  /** What another owner has now, and gives back, or what is on its way back. */
  private static final Set<String> PASSING =
      Set.of(
          "busy",
          "heap_reserved",
          "device_reserved",
          "device_busy_loading",
          "device_not_serving",
          "device_frozen",
          "device_isolated",
          "domain_answer_overdue",
          "prepare_overdue",
          "transaction_interrupted",
          "participant_failed",
          NO_ANSWER);

  private static final String SERVING = "serving";

  private final TransactionStarter starter;
  private final ActorRef<DeviceCommand> devices;
  private final ActorSystem<?> system;
  private final ParticipationSettings settings;
  private final Duration retryAfter;

  /**
   * @param retryAfter told with a refusal that passes
   */
  public SessionTransactions(
      TransactionStarter starter,
      ActorRef<DeviceCommand> devices,
      ActorSystem<?> system,
      ParticipationSettings settings,
      Duration retryAfter) {
    this.starter = starter;
    this.devices = devices;
    this.system = system;
    this.settings = settings;
    this.retryAfter = retryAfter;
  }

  @Override
  public Hold reserve(Wanted wanted) {
    Held held = new Held(wanted);
    held.granted =
        serving(wanted.model())
            .thenCompose(held::onOneOf)
            .thenCompose(held::withChain)
            .exceptionallyCompose(
                failure -> {
                  held.release();
                  return CompletableFuture.failedStage(refusal(failure));
                });
    return held;
  }

  /** Devices that serve and that nobody keeps for himself, first those that have the model. */
  private CompletionStage<List<String>> serving(String model) {
    return AskPattern.<DeviceCommand, DeviceCommand.DeviceList>ask(
            devices, DeviceCommand.ListDevices::new, settings.answerTimeout(), system.scheduler())
        .thenApply(list -> candidates(list, model));
  }

  private List<String> candidates(DeviceCommand.DeviceList list, String model) {
    List<String> kept =
        list.reservations().stream()
            .filter(held -> held.kind() == DeviceReservation.Kind.EXCLUSIVE)
            .map(DeviceReservation::deviceId)
            .toList();
    List<String> candidates =
        list.devices().stream()
            .filter(device -> device.state().equals(SERVING) && !kept.contains(device.id()))
            .filter(device -> DeviceUse.INFERENCE.may(InForce.on(system), device.id()))
            .sorted(Comparator.comparing(device -> !device.models().contains(model)))
            .map(DeviceView::id)
            .toList();
    if (candidates.isEmpty()) {
      throw Refusal.busy("no device serves at present", retryAfter.toMillis());
    }
    return candidates;
  }

  private static TransactionPlan inference(Wanted wanted, String device) {
    return new TransactionPlan.ProcessingInference(
        Owners.session(wanted.sessionId()),
        new ParticipantWork.ReserveSession(
            wanted.sessionId(), 0, device, priority(wanted.workClass())),
        context(wanted, device));
  }

  private static TransactionPlan pipeline(Wanted wanted, String device) {
    return new TransactionPlan.InferencePostprocessing(
        Owners.session(wanted.sessionId()),
        context(wanted, device),
        new ParticipantWork.PreparePipeline(
            wanted.sessionId(), "tensor", wanted.operations(), "png"));
  }

  private static ParticipantWork.PrepareInference context(Wanted wanted, String device) {
    return new ParticipantWork.PrepareInference(
        wanted.sessionId(),
        device,
        wanted.model().isEmpty() ? List.of() : List.of(wanted.model()),
        wanted.kind());
  }

  private static String priority(WorkClass workClass) {
    return switch (workClass) {
      case INTERACTIVE -> "high";
      case STANDARD -> "normal";
      case BATCH -> "low";
    };
  }

  private Refusal refusal(Throwable failure) {
    Refusal why = Refusal.from(cause(failure), NO_ANSWER);
    return PASSING.contains(why.code())
        ? Refusal.busy(why.code() + ": " + why.getMessage(), retryAfter.toMillis())
        : why;
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** What one runner holds: the ids of its transactions. */
  private final class Held implements Hold {
    private final Wanted wanted;
    // Begun, and not known to be aborted; guarded by this.
    private final List<String> ids = new ArrayList<>();
    private CompletionStage<Void> granted;
    private boolean released;

    private Held(Wanted wanted) {
      this.wanted = wanted;
    }

    @Override
    public CompletionStage<Void> granted() {
      return granted;
    }

    private CompletionStage<String> onOneOf(List<String> candidates) {
      String device = candidates.get(0);
      return run(inference(wanted, device))
          .thenApply(held -> device)
          .exceptionallyCompose(
              failure ->
                  isReleased() || candidates.size() == 1
                      ? CompletableFuture.failedStage(failure)
                      : onOneOf(candidates.subList(1, candidates.size())));
    }

    private CompletionStage<Void> withChain(String device) {
      return wanted.operations().isEmpty()
          ? CompletableFuture.completedStage(null)
          : run(pipeline(wanted, device));
    }

    private CompletionStage<Void> run(TransactionPlan plan) {
      String id = starter.nextId();
      synchronized (this) {
        if (released) {
          return CompletableFuture.failedStage(
              Refusal.of("session_over", "the session is over", "Nothing is to be done"));
        }
        ids.add(id);
      }
      return starter.carryThrough(id, plan).handle((ended, failure) -> ended(id, ended, failure));
    }

    private Void ended(String id, TransactionOutcome ended, Throwable failure) {
      if (ended != null && !ended.committed()) {
        forget(id);
        throw Refusal.of(ended.code(), ended.message(), ended.remedy());
      }
      if (isReleased()) {
        // The release may have come before it began, and changed nothing then.
        giveBack(id);
      }
      if (failure != null) {
        throw new CompletionException(cause(failure));
      }
      return null;
    }

    private synchronized boolean isReleased() {
      return released;
    }

    private synchronized void forget(String id) {
      ids.remove(id);
    }

    @Override
    public void release() {
      List<String> mine;
      synchronized (this) {
        released = true;
        mine = List.copyOf(ids);
        ids.clear();
      }
      // One that is being prepared is given up; one that commits meanwhile is released after that.
      mine.forEach(SessionTransactions.this::giveBack);
    }
  }

  /** Bounded: what is not given back then is with the life of the domains, or by a person. */
  private void giveBack(String id) {
    Patterns.retry(
            () -> starter.release(id, false, "the session needs it no more"),
            settings.releaseTries(),
            settings.releasePauseMin(),
            settings.releasePauseMax(),
            settings.releaseJitter(),
            system)
        .whenComplete(
            (done, failure) -> {
              if (failure != null && !system.getWhenTerminated().toCompletableFuture().isDone()) {
                system
                    .log()
                    .warn(
                        "session's reservation not released transaction={} tries={} cause={};"
                            + " 'mainstay transactions release {}' tries again",
                        id,
                        settings.releaseTries(),
                        failure.toString(),
                        id);
              }
            });
  }
}
