package io.mainstay.actors.degradation.restoration;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.NotificationKind;
import io.mainstay.persistence.restoration.RestorationRun;
import io.mainstay.persistence.restoration.TestOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The actions that complete a way back, in the seeds' order: the modes are left, nothing shows them
 * any more, users are told, all of that is journaled, and the node is watched. Each has a bound and
 * evidence; one that fails keeps nobody in a mode. Thread-safe.
 */
final class CompletionActions {
  static final String RESTORE = "restore_full_functionality_modes";
  static final String CLEAR = "clear_degradation_status_indicators";
  static final String NOTIFY = "notify_users_of_restoration";
  static final String LOG = "log_recovery_completion";
  static final String WATCH = "schedule_post_recovery_monitoring";

  private static final long NANOS = 1_000_000;

  /** Notifications that are looked through for that of the way back. */
  private static final int NEWEST = 20;

  private final ActorSystem<?> system;
  private final RestorationSettings.Completion bounds;
  private final ActorRef<ModeCommand> modes;
  private final ActorRef<NotificationCommand> people;

  CompletionActions(
      ActorSystem<?> system,
      RestorationSettings.Completion bounds,
      ActorRef<ModeCommand> modes,
      ActorRef<NotificationCommand> people) {
    this.system = system;
    this.bounds = bounds;
    this.modes = modes;
    this.people = people;
  }

  /** Whether all were done for a run that left its modes. Pure. */
  static boolean areOver(RestorationRun run) {
    return has(run, WATCH);
  }

  /** Whether the first three are durable: users are not told once more. Pure. */
  static boolean areBegun(RestorationRun run) {
    return has(run, NOTIFY);
  }

  private static boolean has(RestorationRun run, String name) {
    return run.tests().stream().anyMatch(action -> action.test().equals(name));
  }

  /**
   * The first three.
   *
   * @param leavingMillis that leaving the modes took; negative where an earlier life of the node
   *     left them
   * @param tell has users told; called once, when it is its turn
   */
  CompletionStage<List<TestOutcome>> begin(RestorationRun run, long leavingMillis, Runnable tell) {
    TestOutcome left = left(run, leavingMillis);
    return cleared(run)
        .thenCompose(
            clear -> {
              tell.run();
              return told(run).thenApply(told -> List.of(left, clear, told));
            });
  }

  /**
   * All five, once the first three are durable. Pure.
   *
   * @param logMillis that writing the three took; negative where an earlier life of the node wrote
   *     them
   */
  List<TestOutcome> all(
      List<TestOutcome> three, long logMillis, Instant watchUntil, Duration watchFor) {
    List<TestOutcome> all = new ArrayList<>(three);
    String logged = "the journal has what was done before";
    all.add(
        logMillis < 0
            ? new TestOutcome(LOG, true, logged + ", since an earlier life", 0)
            : timed(LOG, logged, logMillis, bounds.log()));
    all.add(
        new TestOutcome(
            WATCH,
            true,
            "watched until %s, for %d s".formatted(watchUntil, watchFor.toSeconds()),
            0));
    return all;
  }

  private TestOutcome left(RestorationRun run, long millis) {
    String names = names(run);
    return millis < 0
        ? new TestOutcome(
            RESTORE, true, names + " were left at " + run.steppedAt() + ", in an earlier life", 0)
        : timed(RESTORE, names + " are left", millis, bounds.restore());
  }

  private static String names(RestorationRun run) {
    return String.join(", ", RestorationLife.keys(run).stream().map(ModeKey::text).toList());
  }

  /** Whoever is asked for the state of the node is told what the keeper says, and so is this. */
  private CompletionStage<TestOutcome> cleared(RestorationRun run) {
    return within(
        CLEAR,
        bounds.clear(),
        bound ->
            AskPattern.<ModeCommand, ModeView>ask(
                modes, ModeCommand.Get::new, bound, system.scheduler()),
        view -> {
          String shown = InForce.on(system).modesText();
          List<String> held =
              RestorationLife.keys(run).stream()
                  .map(ModeKey::text)
                  .filter(name -> view.restrictions().modes().contains(name))
                  .toList();
          return held.isEmpty()
              ? "the node shows " + shown
              : "!it shows " + String.join(", ", held) + " still";
        });
  }

  /**
   * The answer comes after the notice before it was taken. It is among the newest then, unless it
   * goes on with the notification of a fault or waits for the journal.
   */
  private CompletionStage<TestOutcome> told(RestorationRun run) {
    return within(
        NOTIFY,
        bounds.tell(),
        bound ->
            AskPattern.<NotificationCommand, NotificationCommand.Page>ask(
                people,
                replyTo -> new NotificationCommand.ListNotifications(false, 0, NEWEST, replyTo),
                bound,
                system.scheduler()),
        page ->
            page.notifications().stream()
                .filter(one -> one.kind().equals(NotificationKind.RECOVERY_COMPLETED.text()))
                .filter(one -> one.subject().equals(run.restorationId()))
                .map(one -> "notification " + one.notificationId() + " tells it")
                .findFirst()
                .orElse("it was handed over to be told"));
  }

  /**
   * One of them.
   *
   * @param evidence of the answer; begins with an exclamation mark where it is none of success
   */
  private static <T> CompletionStage<TestOutcome> within(
      String name,
      Duration bound,
      Function<Duration, CompletionStage<T>> ask,
      Function<T, String> evidence) {
    long began = System.nanoTime();
    return ask.apply(bound)
        .handle(
            (answer, failure) -> {
              long millis = (System.nanoTime() - began) / NANOS;
              String seen =
                  failure == null ? evidence.apply(answer) : "!no answer: " + failure.getMessage();
              return seen.startsWith("!")
                  ? new TestOutcome(name, false, seen.substring(1), millis)
                  : timed(name, seen, millis, bound);
            });
  }

  private static TestOutcome timed(String name, String evidence, long millis, Duration bound) {
    boolean inTime = millis <= bound.toMillis();
    return new TestOutcome(
        name,
        inTime,
        evidence + (inTime ? "; within " : "; not within ") + bound.toMillis() + " ms",
        millis);
  }
}
