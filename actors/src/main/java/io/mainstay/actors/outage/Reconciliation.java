package io.mainstay.actors.outage;

import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.model.report.Reconciled.Difference;
import io.mainstay.actors.outage.OutageBooks.Comparison;
import io.mainstay.actors.outage.OutageBooks.Comparison.Found;
import io.mainstay.actors.outage.OutageBooks.Watched;
import io.mainstay.actors.outage.OutageCommand.Interest;
import io.mainstay.persistence.history.ConsistencyEvent.DivergenceFound;
import io.mainstay.persistence.history.ConsistencyEvent.DivergenceRepaired;
import io.mainstay.persistence.history.OutageEvent;
import java.util.List;
import java.util.OptionalLong;
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

  private final ActorContext<OutageCommand> ctx;
  private final TimerScheduler<OutageCommand> timers;
  private final OutageSettings settings;
  private final OutageKeeper.Collaborators with;
  private final OutageBooks books;
  private final OutageSteps steps;
  private final OutageAlerts alerts;

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

  /** The two sides of the worker of that epoch, from the beginning. */
  void begin(String deviceId, long epoch) {
    Comparison comparison = new Comparison(books.next(), epoch, List.of(), false);
    books.device(deviceId).compares(comparison);
    steps.then(deviceId, new OutageAct.Look(comparison.number()));
  }

  /** After a restart: what was asked is asked again, since its answer may be lost. */
  void resume(String deviceId) {
    Watched watched = books.device(deviceId);
    Comparison comparison = watched.comparison();
    if (comparison == null || comparison.epoch() != watched.outage().epoch()) {
      begin(deviceId, watched.outage().epoch());
    } else if (!steps.waits(deviceId, Reconciliation::isOfAComparison)) {
      ask(deviceId, comparison);
    }
  }

  private static boolean isOfAComparison(OutageAct act) {
    return act instanceof OutageAct.Look || act instanceof OutageAct.Repair;
  }

  /** Its look, or its repair, is due. */
  void due(String deviceId, long number) {
    Comparison comparison = books.device(deviceId).comparison();
    if (comparison != null && comparison.number() == number) {
      ask(deviceId, comparison);
    }
  }

  private void ask(String deviceId, Comparison comparison) {
    long number = comparison.number();
    if (!comparison.repairing()) {
      ctx.askWithStatus(
          Reconciled.class,
          with.models(),
          settings.reconcileTimeout(),
          replyTo -> new ModelCommand.Compare(deviceId, replyTo),
          (seen, failure) -> new Heard.Looked(deviceId, number, seen, failure));
    } else {
      ctx.askWithStatus(
          Reconciled.class,
          with.models(),
          settings.reconcileTimeout(),
          replyTo -> new ModelCommand.Reconcile(deviceId, replyTo),
          (result, failure) -> new Heard.Compared(deviceId, number, result, failure));
    }
  }

  /** What differs is written down, then repaired; {@link Heard.Compared} follows in any case. */
  void looked(Heard.Looked looked) {
    String id = looked.deviceId();
    Watched watched = books.device(id);
    Comparison comparison = watched.comparison();
    boolean awaited =
        comparison != null && comparison.number() == looked.comparison() && !comparison.repairing();
    if (!awaited) {
      return; // Of a worker that is gone again, or it came twice.
    }
    if (looked.failure() != null || looked.found().agree()) {
      ctx.getSelf()
          .tell(new Heard.Compared(id, looked.comparison(), looked.found(), looked.failure()));
      return;
    }
    looked.found().differences().forEach(difference -> found(id, watched, difference));
    watched.compares(watched.comparison().looked());
    steps.then(id, new OutageAct.Repair(looked.comparison()));
  }

  private Found found(String id, Watched watched, Difference difference) {
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
    Found found = new Found(difference, event.meta(), with.nanoTime().getAsLong());
    watched.compares(watched.comparison().with(found));
    steps.note(id, event);
    ctx.getLog().warn("model state diverged device={} what={}", id, difference.text());
    return found;
  }

  /**
   * Writes the result down.
   *
   * @return epoch of the worker that was compared; empty if it is gone again, or the answer came
   *     twice
   */
  OptionalLong compared(Heard.Compared compared) {
    String id = compared.deviceId();
    Watched watched = books.device(id);
    Comparison comparison = watched.comparison();
    if (comparison == null
        || comparison.number() != compared.comparison()
        || comparison.epoch() != watched.outage().epoch()) {
      return OptionalLong.empty();
    }
    Reconciled result =
        compared.failure() == null
            ? compared.result()
            : new Reconciled(
                id,
                0,
                List.of(),
                List.of("the two sides could not be compared: " + compared.failure().getMessage()));
    // A repair that was asked twice finds nothing the second time: what it is for was found before.
    result.differences().stream()
        .filter(difference -> comparison.of(difference).isEmpty())
        .forEach(difference -> found(id, watched, difference));
    List<Found> all = watched.comparison().found();
    if (compared.failure() == null) {
      all.stream()
          .filter(found -> !result.remaining().contains(found.difference().text()))
          .forEach(found -> repaired(id, watched, found));
    }
    watched.compares(null);
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
            all.size(),
            result.remaining());
    watched.after(event.meta());
    List<Difference> told =
        (compared.failure() == null ? all : List.<Found>of())
            .stream()
                .map(Found::difference)
                .filter(difference -> difference.actions().contains(Reconciled.NOTIFY))
                .toList();
    steps.then(id, event, new OutageAct.EndComparison(result.agree(), told, event.meta()));
    return OptionalLong.of(comparison.epoch());
  }

  /** The journal has the result. */
  void ended(String id, OutageAct.EndComparison end) {
    if (end.agree()) {
      alerts.agree(id, end.after());
    }
    end.told().forEach(difference -> tell(id, difference));
  }

  private void repaired(String id, Watched watched, Found known) {
    List<String> done =
        known.difference().actions().stream()
            .filter(action -> !action.equals(Reconciled.NOTIFY))
            .toList();
    DivergenceRepaired event =
        new DivergenceRepaired(
            with.stamper().causedBy(known.meta()),
            KIND,
            id,
            known.difference().modelId(),
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
    long noticeId = books.next();
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
  void resumeNotices() {
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

  private static String key(long noticeId) {
    return "notice " + noticeId;
  }
}
