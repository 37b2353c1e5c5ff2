package io.mainstay.actors.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FaultBoundaryTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final ErrorCatalog CATALOG = ErrorCatalog.load(ConfigFactory.load());

  private sealed interface Ask {}

  private record Throw(RuntimeException what) implements Ask {}

  private record Count(ActorRef<Integer> replyTo) implements Ask {}

  private record ChildOf(ActorRef<ActorRef<Ask>> replyTo) implements Ask {}

  private sealed interface Life {}

  private record Started() implements Life {}

  private record Restarting() implements Life {}

  private record Stopped() implements Life {}

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  /** Counts what it is asked, has one child, tells a probe of its life. */
  private static Behavior<Ask> counting(ActorRef<Life> life) {
    return Behaviors.setup(
        ctx -> {
          life.tell(new Started());
          ActorRef<Ask> child =
              ctx.getChild("child").isPresent()
                  ? ctx.getChild("child").get().unsafeUpcast()
                  : ctx.spawn(Behaviors.<Ask>ignore(), "child");
          return counting(life, child, 0);
        });
  }

  private static Behavior<Ask> counting(ActorRef<Life> life, ActorRef<Ask> child, int count) {
    return Behaviors.receive(Ask.class)
        .onMessage(
            Throw.class,
            ask -> {
              throw ask.what();
            })
        .onMessage(
            Count.class,
            ask -> {
              ask.replyTo().tell(count + 1);
              return counting(life, child, count + 1);
            })
        .onMessage(
            ChildOf.class,
            ask -> {
              ask.replyTo().tell(child);
              return Behaviors.same();
            })
        .onSignal(
            PreRestart.class,
            signal -> {
              life.tell(new Restarting());
              return Behaviors.same();
            })
        .onSignal(
            PostStop.class,
            signal -> {
              life.tell(new Stopped());
              return Behaviors.same();
            })
        .build();
  }

  private static final class Guarded {
    final TestProbe<Life> life = KIT.createTestProbe();
    final TestProbe<RecoveryCommand> recovery = KIT.createTestProbe();
    final TestProbe<Integer> counts = KIT.createTestProbe();
    final ActorDrill drill = new ActorDrill(true);
    final RestartSettings settings;
    final ActorRef<Ask> ref;

    Guarded(int intensity) {
      this(intensity, CATALOG);
    }

    Guarded(int intensity, ErrorCatalog catalog) {
      settings =
          new RestartSettings(
              intensity,
              Duration.ofSeconds(60),
              Duration.ofMillis(1),
              Duration.ofMillis(2),
              0.0,
              1_000);
      FaultBoundary boundary = new FaultBoundary(catalog, settings, recovery.getRef(), drill);
      ref = KIT.spawn(boundary.guard(Ask.class, counting(life.getRef())));
      life.expectMessageClass(Started.class);
    }

    int count() {
      ref.tell(new Count(counts.getRef()));
      return counts.receiveMessage();
    }

    ActorRef<Ask> child() {
      TestProbe<ActorRef<Ask>> children = KIT.createTestProbe();
      ref.tell(new ChildOf(children.getRef()));
      return children.receiveMessage();
    }
  }

  @ParameterizedTest
  @EnumSource(ErrorNames.class)
  void everyErrorOfTheCatalog_getsTheDirectiveOfItsPriority(ErrorNames error) {
    assertDirective(error, CATALOG);
  }

  /** Also the priorities that no error of today's catalog has. */
  @ParameterizedTest
  @EnumSource(RecoveryPriority.class)
  void everyPriority_hasItsDirective(RecoveryPriority priority) {
    assertDirective(
        ErrorNames.COMPONENT_FAILURE,
        ErrorCatalog.load(
            ConfigFactory.parseString(
                    "mainstay.errors.component_failure.recovery-priority = " + priority.number())
                .withFallback(ConfigFactory.load())));
  }

  private static void assertDirective(ErrorNames error, ErrorCatalog catalog) {
    Guarded guarded = new Guarded(3, catalog);
    assertEquals(1, guarded.count());
    ActorRef<Ask> child = guarded.child();
    guarded.ref.tell(new Throw(new DomainFault(error, "raised by a test", null)));

    RecoveryCommand.ReportFault report =
        guarded.recovery.expectMessageClass(RecoveryCommand.ReportFault.class);
    assertEquals(error.code(), report.fault().definition().name());
    assertEquals("raised by a test", report.fault().evidence());
    RecoveryPriority priority = catalog.get(error).priority();
    assertEquals(priority.directive(), report.directive());
    switch (priority) {
      case STOP_AND_START_CLEAN -> {
        guarded.life.expectMessageClass(Stopped.class);
        guarded.counts.expectTerminated(guarded.ref);
      }
      case RESTART -> {
        guarded.life.expectMessageClass(Restarting.class);
        guarded.life.expectMessageClass(Started.class);
        assertEquals(1, guarded.count());
        guarded.counts.expectTerminated(child);
      }
      case RESTART_KEEPING_CHILDREN -> {
        guarded.life.expectMessageClass(Restarting.class);
        guarded.life.expectMessageClass(Started.class);
        assertEquals(1, guarded.count());
        assertEquals(child, guarded.child());
      }
      case RESUME -> assertEquals(2, guarded.count());
    }
  }

  @Test
  void restart_whenBudgetIsSpent_afterOneAtOnceAndTwoWithBackoff_stopsTheChild() {
    Guarded guarded = new Guarded(2);
    for (int restart = 1; restart <= 3; restart++) {
      guarded.ref.tell(new Throw(new IllegalStateException("again")));
      guarded.life.expectMessageClass(Restarting.class);
      guarded.life.expectMessageClass(Started.class);
    }
    guarded.ref.tell(new Throw(new IllegalStateException("again")));
    guarded.life.expectMessageClass(Stopped.class);
    guarded.counts.expectTerminated(guarded.ref);
  }

  private record Outer(Ask ask) {}

  private record Own() {}

  /** It tells itself what is none of its protocol, and fails with that. */
  private static Behavior<Ask> failingByItself() {
    Behavior<Object> inner =
        Behaviors.setup(
            ctx ->
                Behaviors.receive(Object.class)
                    .onMessage(
                        Outer.class,
                        asked -> {
                          ctx.getSelf().tell(new Own());
                          return Behaviors.same();
                        })
                    .onMessage(
                        Own.class,
                        own -> {
                          throw new IllegalStateException("with a message of its own");
                        })
                    .build());
    return Behaviors.transformMessages(
        Ask.class, inner, builder -> builder.match(Ask.class, Outer::new));
  }

  @Test
  void failureWithAMessageThatIsNoneOfItsProtocol_isReportedAndRestarted() {
    TestProbe<RecoveryCommand> recovery = KIT.createTestProbe();
    FaultBoundary boundary =
        new FaultBoundary(CATALOG, RestartSettings.of(ConfigFactory.load()), recovery.getRef());
    ActorRef<Ask> actor = KIT.spawn(boundary.guard(Ask.class, failingByItself()));
    for (int failure = 0; failure < 2; failure++) {
      actor.tell(new Count(KIT.<Integer>createTestProbe().getRef()));
      RecoveryCommand.ReportFault report =
          recovery.expectMessageClass(RecoveryCommand.ReportFault.class);
      assertTrue(report.fault().evidence().contains("of its own"), report.fault().evidence());
      assertEquals("restart", report.directive());
    }
  }

  @Test
  void actorThatIsToldToFailOnce_isRestarted_andLosesTheMessage() {
    Guarded guarded = new Guarded(2);
    assertEquals(1, guarded.count());
    guarded.drill.arm(guarded.ref.path().toStringWithoutAddress(), 1);

    guarded.ref.tell(new Count(guarded.counts.getRef()));

    guarded.life.expectMessageClass(Restarting.class);
    guarded.life.expectMessageClass(Started.class);
    assertEquals(
        "component_failure",
        guarded
            .recovery
            .expectMessageClass(RecoveryCommand.ReportFault.class)
            .fault()
            .definition()
            .name());
    assertEquals(1, guarded.count());
    guarded.counts.expectNoMessage(Duration.ZERO);
  }

  @Test
  void actorThatIsToldToFailForGood_usesUpItsRestarts_itsSuccessorDoesNotFail() {
    Guarded guarded = new Guarded(2);
    String path = guarded.ref.path().toStringWithoutAddress();
    guarded.drill.arm(path, guarded.settings.failuresToGiveUp());
    for (int failure = 1; failure < guarded.settings.failuresToGiveUp(); failure++) {
      guarded.ref.tell(new Count(guarded.counts.getRef()));
      guarded.life.expectMessageClass(Restarting.class);
      guarded.life.expectMessageClass(Started.class);
    }
    guarded.ref.tell(new Count(guarded.counts.getRef()));
    guarded.life.expectMessageClass(Stopped.class);
    guarded.counts.expectTerminated(guarded.ref);
    guarded.drill.act(path);
  }

  @Test
  void drillThatIsNotAllowed_cannotBeArmed() {
    ActorDrill off = new ActorDrill(false);
    assertThrows(IllegalStateException.class, () -> off.arm("/user/memory", 1));
    off.act("/user/memory");
  }

  static Stream<Throwable> databaseCauses() {
    return Stream.of(
        new java.sql.SQLException("disk I/O error"),
        new IllegalStateException(new java.sql.SQLException("database or disk is full")));
  }

  @ParameterizedTest
  @MethodSource("databaseCauses")
  void classify_whenTheDatabaseIsBehindIt_saysSo(Throwable thrown) {
    Fault fault = new FaultClassifier(CATALOG).classify("/user/x", thrown);
    assertEquals("database_failure", fault.definition().name());
  }
}
