package io.mainstay.actors.processing;

import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.Workflow;
import java.util.ArrayList;
import java.util.List;

/**
 * What one runner reserves, once and not for each batch. Its batches are prepared meanwhile, and
 * wait at the gate until it is granted, refused for good, or has taken too long: a session works
 * without it all the same, since its batches know what stands in for a model that cannot be had.
 * What is granted late is held as well. Confined to its runner.
 */
final class RunnerReservation {
  private final ActorContext<RunnerMessage> ctx;
  private final TimerScheduler<RunnerMessage> timers;
  private final ProcessingSettings.Runner settings;
  private final SessionReservations reservations;
  private final Runnable settled;
  private SessionReservations.Wanted wanted;
  // Null before the first try, and when nothing is held any more.
  private SessionReservations.Hold hold;
  private int refused;
  // The batches go on: it is granted, refused for good, or took too long.
  private boolean over;

  /**
   * @param settled called once: the batches may go on
   */
  RunnerReservation(
      ActorContext<RunnerMessage> ctx,
      TimerScheduler<RunnerMessage> timers,
      ProcessingSettings.Runner settings,
      SessionReservations reservations,
      Runnable settled) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.reservations = reservations;
    this.settled = settled;
  }

  /** What a session needs beyond its batches. */
  static SessionReservations.Wanted wanted(
      String sessionId, SessionWork.Remaining work, Recipe recipe) {
    return new SessionReservations.Wanted(
        sessionId,
        work.workClass(),
        recipe.named().map(ModelDescriptor::id).orElse(""),
        work.workflow().template().replace('-', '_'),
        work.workflow() instanceof Workflow.TextEmbedding
            ? List.of()
            : operations(recipe.models()));
  }

  /** On pictures. */
  private static List<String> operations(List<ModelDescriptor> models) {
    List<String> operations = new ArrayList<>();
    if (models.stream().anyMatch(model -> model.safety() != null)) {
      operations.add("safety_check");
    }
    if (models.stream().anyMatch(model -> model.upscale() != null)) {
      operations.add("upscaling");
    }
    operations.add("format_conversion");
    return operations;
  }

  /**
   * Whether there is something between batches to keep: nothing takes the model of a single batch
   * while it is computed, and five durable writes would be half of its time.
   *
   * @param batches that are left
   */
  static boolean pays(SessionReservations.Wanted wanted, int batches) {
    return batches > 1 || batches == 1 && !wanted.operations().isEmpty();
  }

  /**
   * Begins to reserve that, if it pays.
   *
   * @param batches that are left
   */
  void begin(SessionReservations.Wanted wanted, int batches) {
    if (!pays(wanted, batches)) {
      settle();
      return;
    }
    this.wanted = wanted;
    timers.startSingleTimer(
        "reservation", new RunnerMessage.ReservationOverdue(), settings.reservationPatience());
    reserve();
  }

  private void reserve() {
    SessionReservations.Hold tried = reservations.reserve(wanted);
    hold = tried;
    ctx.pipeToSelf(
        tried.granted(), (granted, failure) -> new RunnerMessage.Reserved(tried, failure));
  }

  /** Of an earlier incarnation of the runner, or released meanwhile, it is nothing to us. */
  void on(RunnerMessage.Reserving told) {
    if (told instanceof RunnerMessage.Reserved reserved && reserved.hold() == hold) {
      if (reserved.failure() == null) {
        settle();
      } else {
        onRefused(reserved.failure());
      }
    } else if (told instanceof RunnerMessage.ReserveAgain && wanted != null) {
      reserve();
    } else if (told instanceof RunnerMessage.ReservationOverdue && wanted != null && !over) {
      ctx.getLog()
          .info(
              "Works before its reservation is settled session={} waited={}",
              wanted.sessionId(),
              settings.reservationPatience());
      settle();
    }
  }

  private void onRefused(Throwable failure) {
    hold = null;
    refused++;
    Refusal why = ModelLookup.refusal(failure);
    boolean passes = why != null && why.isBusy();
    if (passes && refused < settings.failuresMax() && !over) {
      timers.startSingleTimer(
          "reserve", new RunnerMessage.ReserveAgain(), settings.pauseAfter(refused));
      return;
    }
    ctx.getLog()
        .warn("Without a reservation session={} cause={}", wanted.sessionId(), failure.toString());
    settle();
  }

  private void settle() {
    timers.cancel("reservation");
    if (!over) {
      over = true;
      settled.run();
    }
  }

  /** No batch is left; those that come after all go on without. */
  void end() {
    settle();
    release();
  }

  /** Gives it back, also what is granted later. Harmless if there is nothing. */
  void release() {
    timers.cancel("reserve");
    timers.cancel("reservation");
    wanted = null;
    if (hold != null) {
      hold.release();
      hold = null;
    }
  }
}
