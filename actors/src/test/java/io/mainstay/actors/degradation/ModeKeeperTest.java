package io.mainstay.actors.degradation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import io.mainstay.actors.support.LocalConfig;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.identity.UlidGenerator;
import io.mainstay.persistence.mode.ModeEvent;
import io.mainstay.persistence.mode.ModeState;
import io.mainstay.persistence.serialization.EventMeta;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModeKeeperTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final EventMeta CAUSE = EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", START);
  private static final ModeKey SAVING = ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE);
  private static final ModeKey MINIMAL = ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE);
  private static ActorTestKit kit;
  private static ManualTime time;
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private EventSourcedBehaviorTestKit<ModeCommand, ModeEvent, ModeState> keeper;

  @BeforeAll
  static void startKit() {
    Config config =
        LocalConfig.with(ManualTime.config().withFallback(EventSourcedBehaviorTestKit.config()));
    kit = ActorTestKit.create(config);
    time = ManualTime.get(kit.system());
  }

  @AfterAll
  static void endKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void createKeeper() {
    // The way back has tests of its own.
    ModeSettings settings =
        ModeSettings.of(
            ConfigFactory.parseString(ModeSettings.PATH + ".restoration.on = off")
                .withFallback(ConfigFactory.load()));
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now.get();
          }
        };
    keeper =
        EventSourcedBehaviorTestKit.create(
            kit.system(),
            ModeKeeper.create(
                "n1",
                settings,
                new ModeRules(settings, List.of("cpu-0")),
                new EventStamper(clock, new UlidGenerator(clock, new SecureRandom())),
                clock),
            EventSourcedBehaviorTestKit.enabledSerializationSettings().withVerifyCommands(false));
    keeper.clear();
  }

  private static ModeCommand.Enter enter(TestProbe<StatusReply<ModeView>> told) {
    return new ModeCommand.Enter(
        SAVING, ModeTrigger.MEMORY_PRESSURE_WARNING, "watch", "93 %", CAUSE, told.ref());
  }

  @Test
  void enter_isDurable_saysItsCause_andIsInForceWhenAnswered() {
    TestProbe<StatusReply<ModeView>> told = kit.createTestProbe();
    TestProbe<ModeChanged> heard = kit.createTestProbe();
    InForce.subscribe(kit.system(), heard.ref());
    keeper.runCommand(new ModeCommand.Subscribe(heard.ref()));
    var result = keeper.runCommand(enter(told));
    ModeEvent.GroundTaken taken = (ModeEvent.GroundTaken) result.events().get(0);
    ModeEvent.ModeEntered entered = (ModeEvent.ModeEntered) result.events().get(1);
    assertEquals(CAUSE.eventId(), taken.meta().causeId());
    assertEquals(taken.meta().eventId(), entered.meta().causeId());
    told.receiveMessage(BOUND);
    assertEquals(0.5, InForce.on(kit.system()).memory().cacheShare());
    assertEquals(SAVING, heard.receiveMessage(BOUND).key());
    assertTrue(keeper.runCommand(enter(told)).hasNoEvents());
  }

  @Test
  void aTriggerThatTheModeDoesNotList_isRefused_thatOfItsPartIsNot() {
    TestProbe<StatusReply<ModeView>> told = kit.createTestProbe();
    ModeCommand.Enter stray =
        new ModeCommand.Enter(
            SAVING, ModeTrigger.SYSTEM_OUT_OF_MEMORY, "watch", "93 %", CAUSE, told.ref());
    assertTrue(keeper.runCommand(stray).hasNoEvents());
    Refusal why = (Refusal) told.receiveMessage(BOUND).getError();
    assertEquals("trigger_not_listed", why.code());
    assertTrue(why.getMessage().contains("system_out_of_memory"), why.getMessage());
    assertTrue(InForce.on(kit.system()).none());
    ModeKey part =
        ModeKey.of(
            DegradationMode.MINIMAL_OPERATION_MODE, DegradationSubState.SYSTEM_PROTECTION_MODE, "");
    for (ModeTrigger trigger :
        List.of(
            ModeTrigger.SYSTEM_OUT_OF_MEMORY, ModeTrigger.ERROR_UNHEALED, ModeTrigger.RELAPSE)) {
      var taken =
          keeper.runCommand(
              new ModeCommand.Enter(part, trigger, trigger.code(), "93 %", CAUSE, told.ref()));
      assertFalse(taken.hasNoEvents(), trigger.code());
    }
  }

  /** Nothing nearer is known: then it follows what it ends. */
  @Test
  void groundAndModeThatEndByThemselves_followTheirOwnBeginnings() {
    TestProbe<StatusReply<ModeView>> told = kit.createTestProbe();
    var began = keeper.runCommand(enter(told));
    now.set(START.plusSeconds(60));
    var gone = keeper.runCommand(new ModeCommand.Leave(SAVING, "watch", "70 %", null, told.ref()));
    ModeEvent.GroundDropped dropped = (ModeEvent.GroundDropped) gone.events().get(0);
    assertEquals(began.events().get(0).meta().eventId(), dropped.meta().causeId());
    now.set(START.plusSeconds(91));
    var look = keeper.runCommand(new ModeSignal.LookAgain());
    ModeEvent.ModeLeft left = (ModeEvent.ModeLeft) look.events().get(0);
    assertEquals(began.events().get(1).meta().eventId(), left.meta().causeId());
    assertEquals(CAUSE.rootId(), left.meta().rootId());
  }

  @Test
  void leaving_waits_andARestartForgetsNothing() {
    TestProbe<StatusReply<ModeView>> told = kit.createTestProbe();
    keeper.runCommand(enter(told));
    now.set(START.plusSeconds(60));
    keeper.runCommand(new ModeCommand.Leave(SAVING, "watch", "70 %", null, told.ref()));
    assertFalse(InForce.on(kit.system()).none());
    keeper.restart();
    assertEquals(1, keeper.getState().holding().size());
    now.set(START.plusSeconds(91));
    time.timePasses(Duration.ofSeconds(31));
    TestProbe<ModeView> seen = kit.createTestProbe();
    seen.awaitAssert(
        BOUND,
        () -> {
          keeper.runCommand(new ModeCommand.Get(seen.ref()));
          assertTrue(seen.receiveMessage(BOUND).active().isEmpty());
          return null;
        });
    assertTrue(InForce.on(kit.system()).none());
  }

  @Test
  void aPersonsWord_wins_andSurvivesARestart() {
    TestProbe<StatusReply<ModeView>> told = kit.createTestProbe();
    keeper.runCommand(new ModeCommand.SetOverride(MINIMAL, true, "p", "maintenance", told.ref()));
    assertEquals(1, InForce.on(kit.system()).work().sessions(8));
    keeper.restart();
    assertEquals(1, InForce.on(kit.system()).work().sessions(8));
    keeper.runCommand(new ModeCommand.ClearOverride(MINIMAL, "p", "done", told.ref()));
    assertTrue(InForce.on(kit.system()).none());
  }

  @Test
  void clearing_whatDoesNotHold_isRefused() {
    TestProbe<StatusReply<ModeView>> told = kit.createTestProbe();
    assertTrue(
        keeper
            .runCommand(new ModeCommand.ClearOverride(MINIMAL, "p", "done", told.ref()))
            .hasNoEvents());
    StatusReply<ModeView> refused = told.receiveMessage(BOUND);
    Throwable why = assertThrows(Refusal.class, refused::getValue);
    assertEquals("mode_not_held", ((Refusal) why).code());
  }
}
