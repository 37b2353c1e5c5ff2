package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.ModeKeeper;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeNames;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.restoration.Restoration;
import io.mainstay.actors.degradation.restoration.RestorationSettings;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import io.mainstay.persistence.mode.ModeEvent;
import io.mainstay.persistence.mode.ModeState;
import io.mainstay.persistence.restoration.RestorationEvent;
import io.mainstay.persistence.restoration.RestorationState;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModeRoomTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final EventMeta META =
      EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", Instant.parse("2026-11-22T10:00:00Z"));
  private static final ModeSettings MODES = ModeSettings.of(ConfigFactory.load());
  private static final ProcessingSettings SETTINGS = ProcessingSettings.of(ConfigFactory.load());
  private static final String CLIENT = "client";
  private ModeRoom room;

  @BeforeEach
  void normal() {
    hold();
    resume(RestorationState.empty());
    room = new ModeRoom(KIT.system(), SETTINGS, java.time.Clock.systemUTC());
  }

  @AfterAll
  static void endKit() {
    KIT.shutdownTestKit();
  }

  private static void hold(ModeKey... keys) {
    ModeState state = ModeState.empty();
    for (ModeKey key : keys) {
      state =
          state.after(new ModeEvent.ModeEntered(META, ModeNames.of(key), "the test", List.of()));
    }
    ModeKeeper.resume(KIT.system(), MODES, new ModeRules(MODES, List.of("cpu-0")), state);
  }

  private static SessionWork.Run run(String id, WorkClass workClass) {
    return new SessionWork.Run(
        id,
        new SessionWork.Remaining(
            new Workflow.TextEmbedding("m", 1),
            "",
            List.of(),
            workClass,
            "",
            1,
            List.of(),
            List.of(),
            List.of(),
            false),
        null);
  }

  private static void resume(RestorationState stored) {
    Restoration.resume(
        KIT.system(), RestorationSettings.of(KIT.system().settings().config()), stored);
  }

  @Test
  void aNodeThatComesBack_takesItsShare_evenly_andWhatItTestsItselfWith() {
    resume(
        RestorationState.empty()
            .after(new RestorationEvent.RestorationBegun(META, "r", List.of(), List.of(), true))
            .after(
                new RestorationEvent.ModesRestored(
                    META, "r", List.of(), 1, 25, META.at().plusSeconds(60))));
    List<Boolean> taken = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Optional<Refusal> refusal = room.refusal(CLIENT, WorkClass.INTERACTIVE, 0);
      refusal.ifPresent(
          why -> {
            assertTrue(why.isBusy());
            assertEquals(MODES.retryAfter().toMillis(), why.retryAfterMillis());
            assertTrue(why.getMessage().startsWith("25 of 100"), why.getMessage());
          });
      taken.add(refusal.isEmpty());
      assertTrue(
          room.refusal(ProcessingCommand.SUBMITTED_BY_RESTORATION, WorkClass.INTERACTIVE, 0)
              .isEmpty());
    }
    assertEquals(List.of(true, false, false, false, true, false, false, false), taken);
    resume(RestorationState.empty());
    assertTrue(room.refusal(CLIENT, WorkClass.BATCH, 0).isEmpty());
  }

  @Test
  void emergency_takesOneInTen_andLowPrioritiesFindLessRoom() {
    ModeKey emergency =
        ModeKey.of(
            DegradationMode.PERFORMANCE_CONSERVATION_MODE, DegradationSubState.EMERGENCY_MODE, "");
    hold(emergency);
    int taken = 0;
    for (int i = 0; i < 20; i++) {
      taken += room.refusal(CLIENT, WorkClass.STANDARD, 0).isEmpty() ? 1 : 0;
    }
    assertEquals(2, taken);
    int all = SETTINGS.openMax() / 10;
    int half = all / 2;
    String full = "sessions are accepted and not finished";
    assertTrue(message(WorkClass.BATCH, half).contains(full), "a batch finds half of the room");
    assertFalse(message(WorkClass.INTERACTIVE, half).contains(full));
    assertTrue(message(WorkClass.INTERACTIVE, all).contains(full));
    hold();
    assertTrue(room.refusal(CLIENT, WorkClass.BATCH, all).isEmpty(), "without modes, all of it");
  }

  private String message(WorkClass workClass, int open) {
    return room.refusal(CLIENT, workClass, open).map(Refusal::getMessage).orElse("");
  }

  @Test
  void batches_thatAreAccepted_waitWhileAModeHasNoRoomForThem() {
    SessionWork.Run batch = run("batch", WorkClass.BATCH);
    SessionWork.Run standard = run("standard", WorkClass.STANDARD);
    room.started(batch);
    room.started(standard);
    assertTrue(room.mayRun(batch));
    hold(ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE));
    assertFalse(room.mayRun(batch));
    assertTrue(room.mayRun(standard));
    // What is judged by laxer rules rests too: minimal operation is stricter.
    assertTrue(room.toRest(List.of("batch", "standard")).contains("batch"));
    RunnerQueue queue = new RunnerQueue();
    queue.add(batch);
    assertTrue(queue.next(room::mayRun).isEmpty());
    queue.add(standard);
    assertEquals("standard", queue.next(room::mayRun).orElseThrow().sessionId());
    hold();
    assertEquals("batch", queue.next(room::mayRun).orElseThrow().sessionId());
  }

  /** Whoever comes later does not overtake it for ever. */
  @Test
  void sessionThatLetsOthersGoFirst_comesBehindThoseThatWaited_andBeforeThoseThatCome() {
    RunnerQueue queue = new RunnerQueue();
    queue.behind("1", "3");
    for (String id : List.of("1", "2", "4")) {
      queue.add(run(id, WorkClass.STANDARD));
    }
    queue.add(run("5", WorkClass.INTERACTIVE));
    assertEquals(1, queue.count(run -> run.sessionId().equals("1")));
    assertEquals("5", queue.next(run -> true).orElseThrow().sessionId());
    assertEquals("2", queue.next(run -> true).orElseThrow().sessionId());
    assertEquals("1", queue.next(run -> true).orElseThrow().sessionId());
    assertEquals("4", queue.next(run -> true).orElseThrow().sessionId());
    assertEquals(0, queue.count(run -> true));
  }

  @Test
  void timeAtOnce_isLimitedWhileAModeSaysSo() {
    assertTrue(room.timeAtOnce().isEmpty());
    hold(ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE));
    assertEquals(Duration.ofSeconds(300), room.timeAtOnce().orElseThrow());
  }
}
