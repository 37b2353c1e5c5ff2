package io.mainstay.actors.degradation.restoration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeNames;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.degradation.WayBack;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.persistence.restoration.RestorationEvent;
import io.mainstay.persistence.restoration.RestorationRun;
import io.mainstay.persistence.restoration.RestorationState;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RestorationLifeTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final EventMeta META = EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", NOW);
  private static final String ID = "01KAJZP9S8B6V5Q4W3E2R1T0YB";
  private static final ModeKey MINIMAL = ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE);
  private static final ModeKey DEVICE = ModeKey.of(DegradationMode.DEVICE_ISOLATION, "cpu-0");
  private static final List<String> PHASES =
      Arrays.stream(RestorationPhase.values()).map(RestorationPhase::code).toList();
  private final RestorationSettings settings = RestorationSettings.of(ConfigFactory.load());
  private final RestorationLife life =
      new RestorationLife(ModeSettings.of(ConfigFactory.load()), settings);

  private static ModeView view(ModeView.Active... active) {
    return new ModeView(List.of(active), List.of(), Restrictions.NONE);
  }

  private static ModeView.Active settled(ModeKey key, Instant due) {
    return new ModeView.Active(key, EventMeta.root("M1", NOW.minusSeconds(60)), List.of(), due);
  }

  private static ModeView.Active grounded(ModeKey key, String source) {
    return new ModeView.Active(
        key,
        EventMeta.root("M1", NOW),
        List.of(new ModeView.Ground(ModeTrigger.SYSTEM_OUT_OF_MEMORY, source, "97 %", NOW)),
        null);
  }

  private static RestorationState state(RestorationEvent... events) {
    RestorationState state = RestorationState.empty();
    for (RestorationEvent event : events) {
      state = state.after(event);
    }
    return state;
  }

  private static RestorationEvent begun() {
    return new RestorationEvent.RestorationBegun(
        META, ID, List.of(ModeNames.of(MINIMAL)), PHASES, true);
  }

  private static RestorationEvent restored(int percent, Instant watchUntil) {
    return new RestorationEvent.ModesRestored(
        META, ID, List.of(ModeNames.of(MINIMAL)), 1, percent, watchUntil);
  }

  @Test
  void nothingBegins_beforeTheGroundsAreSettled() {
    assertInstanceOf(
        RestorationLife.Wait.class, life.next(Optional.empty(), Set.of(), view(), NOW));
    assertInstanceOf(
        RestorationLife.Wait.class,
        life.next(Optional.empty(), Set.of(), view(settled(MINIMAL, NOW.plusMillis(1))), NOW));
    assertInstanceOf(
        RestorationLife.Wait.class,
        life.next(Optional.empty(), Set.of(), view(grounded(MINIMAL, "memory")), NOW));
  }

  @Test
  void eachWayBack_hasItsPhases() {
    assertEquals(
        List.of(RestorationPhase.RESOURCE_AVAILABILITY_VALIDATION),
        new RestorationLife.Begin(List.of(DEVICE), WayBack.RESOURCES, false).phases());
    assertEquals(
        List.of(RestorationPhase.values()),
        new RestorationLife.Begin(List.of(MINIMAL), WayBack.FULL, true).phases());
  }

  @Test
  void whatIsSettled_beginsTogether_withThePhasesOfTheLongestWay() {
    assertEquals(
        new RestorationLife.Begin(List.of(DEVICE), WayBack.RESOURCES, false),
        life.next(Optional.empty(), Set.of(), view(settled(DEVICE, NOW)), NOW));
    assertEquals(
        new RestorationLife.Begin(List.of(DEVICE, MINIMAL), WayBack.FULL, true),
        life.next(
            Optional.empty(), Set.of(), view(settled(DEVICE, NOW), settled(MINIMAL, NOW)), NOW));
  }

  @Test
  void workIsTakenStepByStep_onlyWhereAModeTookLess() {
    ModeKey memory = ModeKey.of(DegradationMode.MEMORY_DOMAIN_ISOLATION);
    assertEquals(
        new RestorationLife.Begin(List.of(memory), WayBack.FULL, false),
        life.next(Optional.empty(), Set.of(), view(settled(memory, NOW)), NOW));
  }

  @Test
  void phasesFollowInOrder_thenTheModesAreLeft() {
    RestorationState state = state(begun());
    Set<String> passed = new LinkedHashSet<>();
    List<String> run = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      RestorationLife.RunPhase next =
          assertInstanceOf(
              RestorationLife.RunPhase.class,
              life.next(state.underWay(), passed, view(settled(MINIMAL, NOW)), NOW));
      run.add(next.phase().code());
      passed.add(next.phase().code());
    }
    assertEquals(PHASES, run);
    assertInstanceOf(
        RestorationLife.LeaveModes.class,
        life.next(state.underWay(), passed, view(settled(MINIMAL, NOW)), NOW));
  }

  @Test
  void aFailure_waitsLongerEachTime_upToTheMost() {
    RestorationState state = state(begun());
    Duration pause = settings.pause();
    for (int i = 0; i < 10; i++) {
      Instant again = life.again(state.run(), NOW);
      assertEquals(NOW.plus(pause), again);
      state =
          state.after(
              new RestorationEvent.PhaseFailed(META, ID, PHASES.get(0), List.of(), "no", again));
      assertInstanceOf(
          RestorationLife.Wait.class,
          life.next(state.underWay(), Set.of(), view(settled(MINIMAL, NOW)), again.minusMillis(1)));
      assertEquals(
          new RestorationLife.RunPhase(RestorationPhase.RESOURCE_AVAILABILITY_VALIDATION),
          life.next(state.underWay(), Set.of(), view(settled(MINIMAL, NOW)), again));
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(settings.pauseMax()) > 0 ? settings.pauseMax() : doubled;
    }
    assertEquals(settings.pauseMax(), pause);
  }

  @Test
  void aGroundThatComesBack_endsIt_theNodesOwnDoesNot() {
    RestorationState state = state(begun());
    RestorationLife.End end =
        assertInstanceOf(
            RestorationLife.End.class,
            life.next(state.underWay(), Set.of(), view(grounded(MINIMAL, "memory")), NOW));
    assertEquals(RestorationEvent.RestorationEnded.GROUND_CAME_BACK, end.outcome());
    assertTrue(end.reason().contains("memory: 97 %"), end.reason());
    assertInstanceOf(
        RestorationLife.RunPhase.class,
        life.next(
            state.underWay(), Set.of(), view(grounded(MINIMAL, RestorationLife.SOURCE)), NOW));
    assertEquals(
        RestorationLife.CLEARED,
        assertInstanceOf(
                RestorationLife.End.class, life.next(state.underWay(), Set.of(), view(), NOW))
            .outcome());
  }

  @Test
  void whatIsSettledMeanwhile_comesBackTogether_butNotInTheMiddleOfAnAttempt() {
    RestorationState state = state(begun());
    ModeView both = view(settled(MINIMAL, NOW), settled(DEVICE, NOW));
    RestorationLife.End end =
        assertInstanceOf(
            RestorationLife.End.class, life.next(state.underWay(), Set.of(), both, NOW));
    assertEquals(RestorationEvent.RestorationEnded.SUPERSEDED, end.outcome());
    assertEquals("settled too: device_isolation (cpu-0)", end.reason());
    assertInstanceOf(
        RestorationLife.RunPhase.class,
        life.next(state.underWay(), Set.of(PHASES.get(0)), both, NOW));
    RestorationState watching = state.after(restored(100, NOW.plusSeconds(60)));
    assertInstanceOf(
        RestorationLife.End.class,
        life.next(watching.underWay(), Set.of(), view(settled(DEVICE, NOW)), NOW));
  }

  /** Its ground came and went between two looks: it would hold for as long as is watched. */
  @Test
  void modeThatIsEnteredAgainWhileTheNodeIsWatched_hasAWayBackOfItsOwn() {
    RestorationState watching = state(begun(), restored(100, NOW.plusSeconds(3600)));
    ModeKey same = RestorationLife.keys(watching.run()).get(0);
    RestorationLife.End end =
        assertInstanceOf(
            RestorationLife.End.class,
            life.next(watching.underWay(), Set.of(), view(settled(same, NOW)), NOW));
    assertEquals(RestorationEvent.RestorationEnded.SUPERSEDED, end.outcome());
  }

  @Test
  void afterwards_intakeGrowsByStages_andTheNodeIsWatched() {
    Instant until = NOW.plus(settings.watchFor());
    RestorationState state = state(begun(), restored(10, until));
    assertInstanceOf(
        RestorationLife.Check.class, life.next(state.underWay(), Set.of(), view(), NOW));
    List<Integer> taken = new ArrayList<>(List.of(10));
    Instant at = NOW;
    while (state.run().intakePercent() < 100) {
      RestorationRun run = state.run();
      assertInstanceOf(
          RestorationLife.GoOn.class, life.checked(run, at.plus(settings.dwell()).minusMillis(1)));
      at = at.plus(settings.dwell());
      int next = assertInstanceOf(RestorationLife.Raise.class, life.checked(run, at)).percent();
      taken.add(next);
      EventMeta meta = EventMeta.root(META.eventId(), at);
      state = state.after(new RestorationEvent.IntakeRaised(meta, ID, next));
    }
    assertEquals(List.of(10, 25, 50, 75, 100), taken);
    assertInstanceOf(RestorationLife.GoOn.class, life.checked(state.run(), until.minusMillis(1)));
    assertInstanceOf(RestorationLife.Done.class, life.checked(state.run(), until));
    RestorationLife.End relapse =
        assertInstanceOf(
            RestorationLife.End.class,
            life.next(state.underWay(), Set.of(), view(grounded(MINIMAL, "memory")), NOW));
    assertEquals(RestorationEvent.RestorationEnded.GROUND_CAME_BACK, relapse.outcome());
  }

  @Test
  void settings_whoseStagesDoNotAscendToAll_areRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            RestorationSettings.of(
                ConfigFactory.parseString(RestorationSettings.PATH + ".intake.stages = [50, 25]")
                    .withFallback(ConfigFactory.load())));
  }
}
