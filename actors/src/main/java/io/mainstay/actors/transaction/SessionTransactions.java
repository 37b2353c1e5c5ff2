package io.mainstay.actors.transaction;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
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
import java.util.function.Function;

/**
 * The two atomic operations of a session: its resources together with its model on a device, and
 * for pictures that model together with the chain that they go through. Heap is not reserved here:
 * batches ask for theirs one by one, and one that was set aside would be missing to them.
 */
public final class SessionTransactions implements SessionReservations {
  private static final String NO_ANSWER = "no_answer";

  /** What another owner has now, and gives back. */
  private static final Set<String> PASSING =
      Set.of(
          "busy",
          "heap_reserved",
          "device_reserved",
          "device_busy_loading",
          "prepare_overdue",
          "transaction_interrupted",
          "participant_failed",
          NO_ANSWER);

  private static final String SERVING = "serving";
  private static final int RELEASE_TRIES = 3;

  private final TransactionStarter starter;
  private final ActorRef<DeviceCommand> devices;
  private final ActorSystem<?> system;
  private final Duration answerTimeout;
  private final Duration retryAfter;

  /**
   * @param answerTimeout of the device domain
   * @param retryAfter told with a refusal that passes
   */
  public SessionTransactions(
      TransactionStarter starter,
      ActorRef<DeviceCommand> devices,
      ActorSystem<?> system,
      Duration answerTimeout,
      Duration retryAfter) {
    this.starter = starter;
    this.devices = devices;
    this.system = system;
    this.answerTimeout = answerTimeout;
    this.retryAfter = retryAfter;
  }

  @Override
  public Hold reserve(Wanted wanted) {
    Held held = new Held();
    held.granted =
        device(wanted)
            .thenCompose(device -> held.run(inference(wanted, device)).thenApply(done -> device))
            .thenCompose(
                device ->
                    wanted.operations().isEmpty()
                        ? CompletableFuture.completedStage(null)
                        : held.run(pipeline(wanted, device)))
            .exceptionallyCompose(
                failure -> {
                  held.release();
                  return CompletableFuture.failedStage(refusal(failure));
                });
    return held;
  }

  /** One that serves: best where the model is already. */
  private CompletionStage<String> device(Wanted wanted) {
    return AskPattern.<DeviceCommand, DeviceCommand.DeviceList>ask(
            devices, DeviceCommand.ListDevices::new, answerTimeout, system.scheduler())
        .thenApply(list -> choose(list, wanted.model()));
  }

  private String choose(DeviceCommand.DeviceList list, String model) {
    List<String> kept =
        list.reservations().stream()
            .filter(held -> held.kind() == DeviceReservation.Kind.EXCLUSIVE)
            .map(DeviceReservation::deviceId)
            .toList();
    return list.devices().stream()
        .filter(device -> device.state().equals(SERVING) && !kept.contains(device.id()))
        .min(Comparator.comparing(device -> !device.models().contains(model)))
        .map(DeviceView::id)
        .orElseThrow(() -> Refusal.busy("no device serves at present", retryAfter.toMillis()));
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
        wanted.operations().isEmpty() ? "text" : "text_to_image");
  }

  private static String priority(WorkClass workClass) {
    return switch (workClass) {
      case INTERACTIVE -> "high";
      case STANDARD -> "normal";
      case BATCH -> "low";
    };
  }

  private Refusal refusal(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    Refusal why = Refusal.from(cause, NO_ANSWER);
    return PASSING.contains(why.code())
        ? Refusal.busy(why.code() + ": " + why.getMessage(), retryAfter.toMillis())
        : why;
  }

  /** What one runner holds: the ids of its transactions. */
  private final class Held implements Hold {
    private final List<String> ids = new ArrayList<>();
    private CompletionStage<Void> granted;
    private boolean released;

    @Override
    public CompletionStage<Void> granted() {
      return granted;
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
      return starter
          .carryThrough(id, plan)
          .thenAccept(
              ended -> {
                if (!ended.committed()) {
                  throw refused(ended);
                }
                if (isReleased()) {
                  // The release may have come before it began.
                  giveBack(id, RELEASE_TRIES);
                }
              });
    }

    private synchronized boolean isReleased() {
      return released;
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
      mine.forEach(id -> giveBack(id, RELEASE_TRIES));
    }
  }

  private static Refusal refused(TransactionOutcome ended) {
    return Refusal.of(ended.code(), ended.message(), ended.remedy());
  }

  /** Bounded: what is not given back then is, with the life of the domains. */
  private void giveBack(String id, int tries) {
    Function<Throwable, Void> again =
        failure -> {
          if (tries > 1) {
            giveBack(id, tries - 1);
          } else {
            system.log().warn("session's reservation not released transaction={}", id, failure);
          }
          return null;
        };
    starter
        .release(id, false, "the session needs it no more")
        .<Void>thenApply(done -> null)
        .exceptionally(again);
  }
}
