package io.mainstay.actors.outage;

import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.model.report.Reconciled.Difference;
import io.mainstay.actors.outage.OutageBooks.Watched;
import io.mainstay.actors.outage.OutageCommand.Interest;
import io.mainstay.persistence.history.ConsistencyEvent.DivergenceFound;
import io.mainstay.persistence.history.ConsistencyEvent.DivergenceRepaired;
import io.mainstay.persistence.history.OutageEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Has both sides of a device compared: a look, which the journal is told of, then the repair and a
 * second look, then word to those who depend on a model that is not what it was believed to be.
 * What was found and repaired is recorded as the consistency monitor records it, with this as its
 * source. Confined to the keeper.
 */
final class Reconciliation {
  /** The check's name. */
  static final String METHOD = DivergenceFound.CHECKPOINT_COMPARISON;

  /** The seed's name of this kind of divergence. */
  static final String KIND = "model_loading_state_mismatch";

  /** A divergence that the journal has, and since when. */
  private record Found(EventMeta meta, long sinceNanos) {}

  private final ActorContext<OutageCommand> ctx;
  private final TimerScheduler<OutageCommand> timers;
  private final OutageSettings settings;
  private final OutageKeeper.Collaborators with;
  private final OutageBooks books;
  private final OutageSteps steps;
  private final OutageAlerts alerts;
  private final Map<String, Map<String, Found>> found = new HashMap<>();

  Reconciliation(
      ActorContext<OutageCommand> ctx,
      TimerScheduler<OutageCommand> timers,
      OutageSettings settings,
      OutageKeeper.Collaborators with,
      OutageBooks books,
      OutageSteps steps,
      OutageAlerts alerts) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.with = with;
    this.books = books;
    this.steps = steps;
    this.alerts = alerts;
  }

  /** Looks, and changes nothing; {@link Heard.Looked} follows. */
  void look(String deviceId, long epoch) {
    found.remove(deviceId);
    ctx.askWithStatus(
        Reconciled.class,
        with.models(),
        settings.reconcileTimeout(),
        replyTo -> new ModelCommand.Compare(deviceId, replyTo),
        (seen, failure) -> new Heard.Looked(deviceId, epoch, seen, failure));
  }

  /** What differs is written down, then repaired; {@link Heard.Compared} follows in any case. */
  void looked(Heard.Looked looked) {
    String id = looked.deviceId();
    Watched watched = books.device(id);
    if (looked.epoch() != watched.outage().epoch()) {
      return; // Of a worker that is gone again.
    }
    if (looked.failure() != null || looked.found().agree()) {
      ctx.getSelf().tell(new Heard.Compared(id, looked.epoch(), looked.found(), looked.failure()));
      return;
    }
    looked.found().differences().forEach(difference -> found(id, watched, difference));
    steps.then(id, () -> repair(id, looked.epoch()));
  }

  private void repair(String deviceId, long epoch) {
    ctx.askWithStatus(
        Reconciled.class,
        with.models(),
        settings.reconcileTimeout(),
        replyTo -> new ModelCommand.Reconcile(deviceId, replyTo),
        (result, failure) -> new Heard.Compared(deviceId, epoch, result, failure));
  }

  private void found(String id, Watched watched, Difference difference) {
    DivergenceFound event =
        new DivergenceFound(
            with.stamper().causedBy(watched.last()),
            METHOD,
            KIND,
            difference.field(),
            difference.authority(),
            id,
            difference.modelId(),
            difference.workerState(),
            difference.orchestratorState(),
            METHOD,
            difference.dependents());
    watched.after(event.meta());
    found
        .computeIfAbsent(id, unused -> new HashMap<>())
        .put(key(difference), new Found(event.meta(), with.nanoTime().getAsLong()));
    steps.note(id, event);
    ctx.getLog().warn("model state diverged device={} what={}", id, difference.text());
  }

  /** Writes the result down; false if it is of a worker that is gone again. */
  boolean compared(Heard.Compared compared) {
    String id = compared.deviceId();
    Watched watched = books.device(id);
    if (compared.epoch() != watched.outage().epoch()) {
      return false;
    }
    Reconciled result =
        compared.failure() == null
            ? compared.result()
            : new Reconciled(
                id,
                0,
                List.of(),
                List.of("the two sides could not be compared: " + compared.failure().getMessage()));
    for (Difference difference : result.differences()) {
      if (!known(id).containsKey(key(difference))) {
        found(id, watched, difference);
      }
      if (!result.remaining().contains(difference.text())) {
        repaired(id, watched, difference);
      }
    }
    watched.leaves(result.remaining());
    Set<String> lost = new TreeSet<>(watched.checkpoint());
    lost.removeAll(watched.models());
    OutageEvent.StateReconciled event =
        new OutageEvent.StateReconciled(
            with.stamper().causedBy(watched.last()),
            id,
            METHOD,
            result.compared(),
            List.copyOf(lost),
            result.differences().size(),
            result.remaining());
    watched.after(event.meta());
    steps.then(
        id,
        event,
        () -> {
          if (result.agree()) {
            alerts.agree(id, event.meta());
          }
          result.differences().stream()
              .filter(difference -> difference.actions().contains(Reconciled.NOTIFY))
              .forEach(difference -> tell(id, difference));
        });
    return true;
  }

  private void repaired(String id, Watched watched, Difference difference) {
    Found known = known(id).get(key(difference));
    List<String> done =
        difference.actions().stream().filter(action -> !action.equals(Reconciled.NOTIFY)).toList();
    DivergenceRepaired event =
        new DivergenceRepaired(
            with.stamper().causedBy(known.meta()),
            KIND,
            id,
            difference.modelId(),
            String.join(", ", done),
            (with.nanoTime().getAsLong() - known.sinceNanos()) / 1_000_000);
    watched.after(event.meta());
    steps.note(id, event);
  }

  // --- dependents

  private void tell(String id, Difference difference) {
    List<String> asked = books.subscribers().names(Interest.MODELS);
    if (asked.isEmpty()) {
      return; // Nobody depends on it, so nobody is said to have been told.
    }
    long noticeId = books.nextNotice();
    books.notifications().put(noticeId, Notification.of(noticeId, id, difference.modelId(), asked));
    timers.startSingleTimer(
        key(noticeId), new Heard.NotifyOver(noticeId), settings.notifyTimeout());
    books
        .subscribers()
        .tell(
            Interest.MODELS,
            new OutageNotice.ModelStateChanged(
                noticeId,
                id,
                difference.modelId(),
                difference.workerState(),
                difference.dependents(),
                ctx.getSelf()));
  }

  /** Those who were told before a restart have their time again. */
  void resume() {
    books
        .notifications()
        .keySet()
        .forEach(
            id ->
                timers.startSingleTimer(
                    key(id), new Heard.NotifyOver(id), settings.notifyTimeout()));
  }

  void confirmed(OutageCommand.Confirm confirm) {
    Notification now =
        books
            .notifications()
            .computeIfPresent(confirm.noticeId(), (id, open) -> open.confirmedBy(confirm.name()));
    if (now != null && now.complete()) {
      notifyOver(confirm.noticeId());
    }
  }

  /** All have confirmed, or the time for it is over: the journal is told who did. */
  void notifyOver(long noticeId) {
    Notification told = books.notifications().remove(noticeId);
    if (told == null) {
      return;
    }
    timers.cancel(key(noticeId));
    Watched watched = books.device(told.deviceId());
    OutageEvent.DependentsNotified event =
        new OutageEvent.DependentsNotified(
            with.stamper().causedBy(watched.last()),
            told.deviceId(),
            told.modelId(),
            told.confirmed(),
            told.silent());
    watched.after(event.meta());
    steps.note(told.deviceId(), event);
  }

  private Map<String, Found> known(String deviceId) {
    return found.getOrDefault(deviceId, Map.of());
  }

  private static String key(Difference difference) {
    return difference.modelId() + " " + difference.field();
  }

  private static String key(long noticeId) {
    return "notice " + noticeId;
  }
}
