package io.mainstay.actors.degradation.restoration;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.persistence.restoration.TestOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Runs the tests of one phase, one after the other, within the phase's bound; the first that fails
 * ends it. Tells how it went and ends. A test that is still out when the bound is reached counts as
 * failed; what it answers later is dropped.
 */
final class PhaseRunner {
  /** It sends everything itself. */
  sealed interface Command {}

  private record Ready(RestorationTest test, Done done, Throwable failure) implements Command {}

  private record Tested(RestorationTest test, TestOutcome outcome, Throwable failure)
      implements Command {}

  private record Overdue() implements Command {}

  /** How it went: well if none failed; one that was skipped fails nothing. */
  record Over(RestorationPhase phase, List<TestOutcome> tests, long millis) {
    Over {
      tests = List.copyOf(tests);
    }

    boolean passed() {
      return tests.size() == phase.tests().size() && tests.stream().noneMatch(TestOutcome::failed);
    }

    /** Why it failed. */
    String reason() {
      TestOutcome last = tests.get(tests.size() - 1);
      return last.test() + ": " + last.evidence();
    }
  }

  private final ActorContext<Command> ctx;
  private final RestorationPhase phase;
  private final RestorationTests tests;
  private final RestorationTests.Conditions conditions;
  private final Function<RestorationTest, CompletionStage<Done>> before;
  private final ActorRef<Over> replyTo;
  private final List<TestOutcome> outcomes = new ArrayList<>();
  private final long began = System.nanoTime();
  private long testBegan = began;

  private PhaseRunner(
      ActorContext<Command> ctx,
      RestorationPhase phase,
      RestorationTests tests,
      RestorationTests.Conditions conditions,
      Function<RestorationTest, CompletionStage<Done>> before,
      ActorRef<Over> replyTo) {
    this.ctx = ctx;
    this.phase = phase;
    this.tests = tests;
    this.conditions = conditions;
    this.before = before;
    this.replyTo = replyTo;
  }

  /**
   * @param conditions whose time is the phase's bound
   * @param before is done before each test
   */
  static Behavior<Command> create(
      RestorationPhase phase,
      RestorationTests tests,
      RestorationTests.Conditions conditions,
      Function<RestorationTest, CompletionStage<Done>> before,
      ActorRef<Over> replyTo) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  timers.startSingleTimer(new Overdue(), conditions.within());
                  PhaseRunner runner =
                      new PhaseRunner(ctx, phase, tests, conditions, before, replyTo);
                  runner.prepare();
                  return Behaviors.receive(Command.class)
                      .onMessage(Ready.class, runner::onReady)
                      .onMessage(Tested.class, runner::onTested)
                      .onMessage(Overdue.class, overdue -> runner.onOverdue())
                      .build();
                }));
  }

  private RestorationTest current() {
    return phase.tests().get(outcomes.size());
  }

  private void prepare() {
    testBegan = System.nanoTime();
    RestorationTest test = current();
    ctx.pipeToSelf(before.apply(test), (done, failure) -> new Ready(test, done, failure));
  }

  private Behavior<Command> onReady(Ready ready) {
    if (ready.failure() != null) {
      return onTested(new Tested(ready.test(), null, ready.failure()));
    }
    RestorationTest test = ready.test();
    Duration left = conditions.within().minusNanos(System.nanoTime() - began);
    ctx.pipeToSelf(
        tests.run(test, conditions.within(left)),
        (outcome, failure) -> new Tested(test, outcome, failure));
    return Behaviors.same();
  }

  private Behavior<Command> onTested(Tested tested) {
    outcomes.add(
        tested.failure() == null
            ? tested.outcome()
            : failed("it could not be run: " + cause(tested.failure()).getMessage()));
    boolean failed = outcomes.get(outcomes.size() - 1).failed();
    if (failed || outcomes.size() == phase.tests().size()) {
      return over();
    }
    prepare();
    return Behaviors.same();
  }

  private Behavior<Command> onOverdue() {
    outcomes.add(
        failed(
            "it had not ended when the "
                + conditions.within().toMillis()
                + " ms of its phase were over"));
    return over();
  }

  private TestOutcome failed(String evidence) {
    return new TestOutcome(current().code(), false, evidence, millis(testBegan));
  }

  private Behavior<Command> over() {
    replyTo.tell(new Over(phase, outcomes, millis(began)));
    return Behaviors.stopped();
  }

  private static long millis(long since) {
    return (System.nanoTime() - since) / 1_000_000;
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
