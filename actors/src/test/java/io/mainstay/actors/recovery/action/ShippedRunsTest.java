package io.mainstay.actors.recovery.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.engine.RecoveryDefinition;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.recovery.Recovery;
import io.mainstay.persistence.recovery.RecoveryOutcome;
import io.mainstay.persistence.recovery.RecoveryOutcome.End;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryPlan.Flow;
import io.mainstay.persistence.recovery.RecoveryPlan.OnFailure;
import io.mainstay.persistence.recovery.RecoveryPlan.Step;
import io.mainstay.persistence.recovery.RecoveryProtocol;
import io.mainstay.persistence.recovery.RecoverySettings;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryView;
import io.mainstay.persistence.recovery.RecoveryWork;
import io.mainstay.persistence.transaction.TransactionObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shipped cascade and strategy, carried through by its entity with scripted steps. */
class ShippedRunsTest {
  private static final Duration WAIT = Duration.ofSeconds(30);

  /** Of each step and of the whole: no time is measured here. */
  private static final long LONG = 3_600_000;

  private static ActorTestKit kit;

  static Stream<Named<RecoveryPlan>> plans() {
    return ShippedRecoveries.book().all().map(one -> Named.of(one.name(), patient(one)));
  }

  static Stream<Named<RecoveryPlan>> plansOfAllSteps() {
    return plans().filter(one -> one.getPayload().flow() == Flow.ALL);
  }

  private static RecoveryPlan patient(RecoveryDefinition definition) {
    RecoveryPlan plan = definition.plan("node-1", "error", "subject", 1);
    return new RecoveryPlan(
        plan.kind(),
        plan.name(),
        plan.nodeId(),
        plan.error(),
        plan.subject(),
        plan.priority(),
        plan.flow(),
        LONG,
        plan.steps().stream()
            .map(
                step ->
                    new Step(
                        step.number(),
                        step.domain(),
                        step.action(),
                        LONG,
                        step.attempts(),
                        step.onFailure(),
                        step.rollback(),
                        step.parameters(),
                        step.proves()))
            .toList());
  }

  @BeforeAll
  static void startKit() {
    kit =
        ActorTestKit.create(
            "shipped-runs",
            PersistenceTestKitPlugin.config()
                .withFallback(
                    ConfigFactory.parseString(
                        """
                        akka.actor.provider = local
                        akka.loglevel = WARNING
                        mainstay.persistence.recovery.step-pause = 10ms
                        """))
                .withFallback(ConfigFactory.parseResources("mainstay-node.conf"))
                .withFallback(ConfigFactory.load()));
  }

  @AfterAll
  static void endKit() {
    kit.shutdownTestKit();
  }

  /** One recovery, and all that was asked for it. */
  private static final class Run {
    private final String id = EventStamper.system().nextId();
    private final TestProbe<RecoveryWork> work = kit.createTestProbe();
    private final TestProbe<StatusReply<RecoveryView>> views = kit.createTestProbe();
    private final TestProbe<ClusterSharding.ShardCommand> shard = kit.createTestProbe();
    private final RecoveryPlan plan;
    private final Predicate<Step> works;
    private final Predicate<Step> enough;
    private final boolean dies;
    private final Set<String> diedAt = new HashSet<>();
    private final List<Integer> asks = new ArrayList<>();
    private final List<Integer> done = new ArrayList<>();
    private final List<Integer> undone = new ArrayList<>();
    private ActorRef<RecoveryProtocol.Command> recovery;
    private RecoveryOutcome outcome;

    /**
     * @param works whether a step is done
     * @param enough whether one that is done reaches the aim
     * @param dies whether the entity ends each time that it has asked for a step or its rollback
     */
    Run(RecoveryPlan plan, Predicate<Step> works, Predicate<Step> enough, boolean dies) {
      this.plan = plan;
      this.works = works;
      this.enough = enough;
      this.dies = dies;
    }

    Run through() {
      recovery = spawn();
      recovery.tell(new RecoveryProtocol.Begin(plan, null, views.ref()));
      while (outcome == null) {
        RecoveryWork next = work.receiveMessage(WAIT);
        if (next instanceof RecoveryWork.Do asked) {
          onDo(asked);
        } else if (next instanceof RecoveryWork.Undo asked) {
          onUndo(asked);
        } else if (next instanceof RecoveryWork.Over over) {
          over.replyTo().tell(Done.getInstance());
          outcome = over.outcome();
        }
      }
      kit.stop(recovery);
      return this;
    }

    private void onDo(RecoveryWork.Do asked) {
      asks.add(asked.step().number());
      if (diesAt("do " + asked.step().number())) {
        return;
      }
      if (works.test(asked.step())) {
        done.add(asked.step().number());
        boolean aim = enough.test(asked.step());
        asked.replyTo().tell(new RecoveryStepOutcome.Done("seen", aim, ""));
      } else {
        asked.replyTo().tell(new RecoveryStepOutcome.Failed("no", "it is not"));
      }
    }

    private void onUndo(RecoveryWork.Undo asked) {
      if (!diesAt("undo " + asked.step().number())) {
        undone.add(asked.step().number());
        asked.replyTo().tell(new RecoveryStepOutcome.Done("gone"));
      }
    }

    private boolean diesAt(String place) {
      if (!dies || !diedAt.add(place)) {
        return false;
      }
      kit.stop(recovery);
      recovery = spawn();
      return true;
    }

    private ActorRef<RecoveryProtocol.Command> spawn() {
      return kit.spawn(
          Recovery.create(
              id,
              RecoverySettings.of(kit.system().settings().config()),
              EventStamper.system(),
              work.ref(),
              TransactionObserver.NONE,
              shard.ref()));
    }

    private String text() {
      return plan.name() + ": " + outcome + ", done " + done + ", undone " + undone;
    }
  }

  private static Run run(RecoveryPlan plan, Predicate<Step> works) {
    return new Run(plan, works, step -> false, false).through();
  }

  @ParameterizedTest
  @MethodSource("plans")
  void recoveryOfWhichNoStepWorks_doesNotSucceed(RecoveryPlan plan) {
    Run run = run(plan, step -> false);
    assertFalse(run.outcome.succeeded(), run.text());
    assertEquals(List.of(), run.undone, run.text());
  }

  @ParameterizedTest
  @MethodSource("plans")
  void recoveryWhoseAimNoStepReaches_doesNotSucceed(RecoveryPlan plan) {
    Run run = run(plan, step -> plan.flow() == Flow.UNTIL_ENOUGH);
    assertFalse(run.outcome.succeeded(), run.text());
    assertEquals(withRollback(plan, run.done), run.undone, run.text());
  }

  @ParameterizedTest
  @MethodSource("plansOfAllSteps")
  void recoveryOfWhichAStepThatProvesFails_doesNotSucceed_andIsTakenBack(RecoveryPlan plan) {
    for (Step proof : plan.steps().stream().filter(Step::proves).toList()) {
      Run run = run(plan, step -> step.number() != proof.number());
      assertFalse(run.outcome.succeeded(), run.text());
      assertEquals(withRollback(plan, run.done), run.undone, run.text());
      assertEquals(
          proof.onFailure() == OnFailure.GO_ON ? plan.steps().size() - 1 : proof.number() - 1,
          run.done.size(),
          run.text());
    }
  }

  @ParameterizedTest
  @MethodSource("plansOfAllSteps")
  void recoveryOfWhichOtherStepsFail_hasRecoveredInPart(RecoveryPlan plan) {
    Predicate<Step> needed = step -> step.proves() || step.onFailure() == OnFailure.ROLL_BACK;
    Run run = run(plan, needed);
    boolean whole = plan.steps().stream().allMatch(needed);
    assertEquals(whole ? End.RECOVERED : End.PARTLY_RECOVERED, run.outcome.end(), run.text());
  }

  private static List<Integer> withRollback(RecoveryPlan plan, List<Integer> done) {
    List<Integer> back =
        new ArrayList<>(
            done.stream()
                .filter(number -> !plan.steps().get(number - 1).rollback().isEmpty())
                .toList());
    Collections.reverse(back);
    return back;
  }

  /** The next life asks for the step that was in flight, and for no other one again. */
  @ParameterizedTest
  @MethodSource("plans")
  void recoveryThatDiesInEveryGap_goesOnAtItsStep_andEndsAsIfItHadNot(RecoveryPlan plan) {
    int last = plan.steps().size();
    Predicate<Step> works = step -> plan.flow() != Flow.FIRST_THAT_WORKS || step.number() == last;
    assertSameThoughItDies(plan, works, step -> step.number() == last);
  }

  @ParameterizedTest
  @MethodSource("plans")
  void recoveryThatDiesInEveryGap_whileItIsTakenBack_endsAsIfItHadNot(RecoveryPlan plan) {
    int fatal =
        plan.steps().stream()
            .filter(step -> step.proves() || step.onFailure() == OnFailure.ROLL_BACK)
            .mapToInt(Step::number)
            .max()
            .orElseThrow();
    Predicate<Step> works =
        switch (plan.flow()) {
          case ALL -> step -> step.number() != fatal;
          case UNTIL_ENOUGH -> step -> true;
          case FIRST_THAT_WORKS -> step -> false;
        };
    Run run = assertSameThoughItDies(plan, works, step -> false);
    assertEquals(End.ROLLED_BACK, run.outcome.end(), run.text());
  }

  private static Run assertSameThoughItDies(
      RecoveryPlan plan, Predicate<Step> works, Predicate<Step> enough) {
    Run undisturbed = new Run(plan, works, enough, false).through();
    Run run = new Run(plan, works, enough, true).through();
    assertEquals(undisturbed.outcome.end(), run.outcome.end(), run.text());
    assertEquals(undisturbed.done, run.done, run.text());
    List<Integer> tried = run.asks.stream().distinct().toList();
    // One that was in flight at a death may have had its effect, also where it failed afterwards.
    boolean back = run.outcome.end() == End.ROLLED_BACK;
    assertEquals(back ? withRollback(plan, tried) : List.of(), run.undone, run.text());
    assertEquals(twice(undisturbed.asks), run.asks, run.text());
    assertEquals(run.undone.size() + tried.size(), run.diedAt.size());
    return run;
  }

  /** Of each step the one that was in flight, and the same again in the next life. */
  private static List<Integer> twice(List<Integer> asks) {
    return asks.stream().distinct().flatMap(step -> Stream.of(step, step)).toList();
  }
}
