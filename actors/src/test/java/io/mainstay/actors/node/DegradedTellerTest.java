package io.mainstay.actors.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.eventstream.EventStream;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKeeper;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.escalation.FrequencyWatch;
import io.mainstay.actors.support.LocalConfig;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DegradedTellerTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String WATCH = "memory of the machine";
  private static ActorTestKit kit;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create(LocalConfig.with(PersistenceTestKitPlugin.getInstance().config()));
  }

  @AfterAll
  static void endKit() {
    kit.shutdownTestKit();
  }

  private static ModeView.Active holds(
      ModeKey key, Set<ModeTrigger> since, ModeTrigger... grounds) {
    return new ModeView.Active(
        key,
        EventMeta.root("entered", Instant.EPOCH),
        Arrays.stream(grounds)
            .map(trigger -> new ModeView.Ground(trigger, trigger.code(), "why", Instant.EPOCH))
            .toList(),
        since,
        null);
  }

  private static ModeView.Active saving(Set<ModeTrigger> since, ModeTrigger... grounds) {
    return holds(FrequencyWatch.MODE, since, grounds);
  }

  private static boolean weighs(ModeView.Active... active) {
    return DegradedTeller.weighs(new ModeView(List.of(active), List.of(), Restrictions.NONE));
  }

  @Test
  void anyMode_makesFaultsWorse_butThatTheyComeOften() {
    ModeTrigger often = ModeTrigger.ERROR_FREQUENCY;
    ModeTrigger memory = ModeTrigger.MEMORY_PRESSURE_WARNING;
    assertEquals(false, weighs());
    assertEquals(false, weighs(saving(Set.of(often), often)));
    assertEquals(true, weighs(saving(Set.of(memory), memory)));
    assertEquals(true, weighs(saving(Set.of(often, memory), often, memory)));
    assertEquals(true, weighs(saving(Set.of(often, ModeTrigger.OPERATOR), often)));
    // Of another mode it is not what the frequency leads to by itself.
    ModeKey minimal = ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE);
    assertEquals(true, weighs(holds(minimal, Set.of(often), often)));
  }

  @Test
  void modeThatIsBeingLeft_weighsAsWhatLedToIt() {
    ModeTrigger often = ModeTrigger.ERROR_FREQUENCY;
    assertEquals(false, weighs(saving(Set.of(often))));
    assertEquals(true, weighs(saving(Set.of(often, ModeTrigger.MEMORY_PRESSURE_WARNING))));
    assertEquals(true, weighs(saving(Set.of(ModeTrigger.OPERATOR))));
    // The other ground went first: what is left is that they come often.
    assertEquals(false, weighs(saving(Set.of(often, ModeTrigger.MEMORY_PRESSURE_WARNING), often)));
  }

  /** No mode is entered or left when a ground joins one that holds, and none when it goes. */
  @Test
  void recovery_isToldOfEachGround_thatComesOrGoes() {
    TestProbe<RecoveryCommand> recovery = kit.createTestProbe();
    kit.spawn(DegradedTeller.create(recovery.ref()));
    // Its subscription is there once it hears of something.
    recovery.expectMessage(BOUND, new RecoveryCommand.Degraded(false));
    kit.system().eventStream().tell(new EventStream.Publish<>(ModeView.NORMAL));
    recovery.expectMessage(BOUND, new RecoveryCommand.Degraded(false));
    ModeSettings settings = ModeSettings.of(ConfigFactory.load());
    ActorRef<ModeCommand> modes =
        kit.spawn(
            ModeKeeper.create(
                "n1",
                settings,
                new ModeRules(settings, List.of("cpu-0")),
                EventStamper.system(),
                Clock.systemUTC()));
    recovery.expectMessage(BOUND, new RecoveryCommand.Degraded(false));
    modes.tell(enter(ModeTrigger.ERROR_FREQUENCY, FrequencyWatch.SOURCE));
    recovery.expectMessage(BOUND, new RecoveryCommand.Degraded(false));
    modes.tell(enter(ModeTrigger.MEMORY_PRESSURE_WARNING, WATCH));
    recovery.expectMessage(BOUND, new RecoveryCommand.Degraded(true));
    modes.tell(new ModeCommand.Leave(FrequencyWatch.MODE, WATCH, "70 %", null, null));
    recovery.expectMessage(BOUND, new RecoveryCommand.Degraded(false));
    modes.tell(new ModeCommand.ClearOverride(FrequencyWatch.MODE, "ada", "mended", null));
    recovery.expectMessage(BOUND, new RecoveryCommand.Degraded(false));
    modes.tell(enter(ModeTrigger.ERROR_FREQUENCY, FrequencyWatch.SOURCE));
    recovery.expectMessage(BOUND, new RecoveryCommand.Degraded(false));
    modes.tell(
        new ModeCommand.Leave(FrequencyWatch.MODE, FrequencyWatch.SOURCE, "quiet", null, null));
    recovery.expectMessage(BOUND, new RecoveryCommand.Degraded(false));
    // It holds until its quiet time is over: a person who does something else changes nothing.
    ModeKey device = ModeKey.of(DegradationMode.DEVICE_ISOLATION, "cpu-0");
    modes.tell(new ModeCommand.SetOverride(device, true, "ada", "a fan", null));
    recovery.expectMessage(BOUND, new RecoveryCommand.Degraded(true));
    modes.tell(new ModeCommand.ClearOverride(device, "ada", "mended", null));
    recovery.expectMessage(BOUND, new RecoveryCommand.Degraded(false));
  }

  private static ModeCommand.Enter enter(ModeTrigger trigger, String source) {
    return new ModeCommand.Enter(FrequencyWatch.MODE, trigger, source, "why", null, null);
  }
}
