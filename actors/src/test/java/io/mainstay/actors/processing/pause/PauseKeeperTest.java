package io.mainstay.actors.processing.pause;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.eventstream.EventStream;
import io.mainstay.actors.consistency.check.WorkFacts;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.state.propagation.Rank;
import io.mainstay.actors.state.propagation.StateCommand;
import io.mainstay.actors.state.propagation.StateNotice;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.NodeEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.ownership.StateDomain;
import io.mainstay.protocol.state.ProcessingSessionCreated;
import io.mainstay.protocol.state.SessionCommand;
import io.mainstay.protocol.state.SessionControlCommand;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StatePriority;
import io.mainstay.protocol.state.VramUsageUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PauseKeeperTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<StateCommand> state = kit.createTestProbe();
  private final TestProbe<StateCommand> said = kit.createTestProbe();
  private final TestProbe<ProcessingCommand> processing = kit.createTestProbe();
  private final TestProbe<InferenceCommand> inference = kit.createTestProbe();
  private final TestProbe<HistoryLog.Command<NodeEvent>> journal = kit.createTestProbe();
  private ActorRef<PauseCommand> keeper;
  private ActorRef<StateNotice> notices;
  private long changes;

  @BeforeEach
  void start() {
    kit.system().eventStream().tell(new EventStream.Subscribe<>(StateCommand.class, said.ref()));
  }

  private void keep(Duration longest) {
    keeper =
        kit.spawn(
            ChildGuard.restarting()
                .guard(
                    PauseCommand.class,
                    PauseKeeper.create(
                        new PauseSettings(
                            new MemoryPauses.Limits(0.95, 0.8, longest),
                            Duration.ofSeconds(20),
                            10),
                        new PauseKeeper.Collaborators(
                            state.ref(),
                            processing.ref(),
                            inference.ref(),
                            journal.ref(),
                            EventStamper.system(),
                            System::nanoTime))));
    subscribed();
    tell(created("batch", StatePriority.LOW));
    tell(created("standard", StatePriority.NORMAL));
  }

  private void subscribed() {
    StateCommand.Subscribe subscribe =
        state.expectMessageClass(StateCommand.Subscribe.class, BOUND);
    assertEquals(StateDomain.PROCESSING, subscribe.domain());
    notices = subscribe.subscriber();
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void shortMemory_pausesTheLessUrgentSession_withItsCondition_untilItHolds() {
    keep(Duration.ofMinutes(5));
    use(0.97, "batch", "standard");
    NodeEvent.SessionPaused paused = journaled(NodeEvent.SessionPaused.class);
    assertEquals("batch", paused.sessionId());
    assertEquals("memory_usage_below_80_percent", paused.resumeCondition());
    assertEquals(
        new InferenceCommand.HoldBack("memory pause", "batch", "cpu-0"),
        inference.receiveMessage(BOUND));
    assertEquals(
        new SessionControlCommand(
            "batch",
            SessionCommand.PAUSE_OPERATIONS,
            "memory_pressure_detected",
            "memory_usage_below_80_percent"),
        control());

    PauseView view = pauses().get(0);
    assertEquals("batch", view.sessionId());
    assertEquals("cpu-0", view.deviceId());
    assertEquals(0.97, view.memoryShare());
    assertEquals("memory_usage_below_80_percent", view.resumeCondition());
    assertEquals(300_000, view.longestMillis());

    use(0.7, "batch", "standard");
    NodeEvent.SessionResumed resumed = journaled(NodeEvent.SessionResumed.class);
    assertEquals(List.of(), pauses());
    assertEquals("condition_holds", resumed.reason());
    assertEquals(paused.meta().eventId(), resumed.meta().causeId());
    assertEquals(
        new InferenceCommand.LetGo("memory pause", "batch", "cpu-0"),
        inference.receiveMessage(BOUND));
    assertEquals(SessionCommand.RESUME_OPERATIONS, control().command());
  }

  @Test
  void nothingIsDone_beforeTheJournalHasIt() {
    keep(Duration.ofMinutes(5));
    use(0.97, "batch", "standard");
    HistoryLog.Record<NodeEvent> write =
        (HistoryLog.Record<NodeEvent>) journal.receiveMessage(BOUND);
    inference.expectNoMessage(Duration.ZERO);
    write.replyTo().tell(write.event().meta());
    inference.expectMessageClass(InferenceCommand.HoldBack.class, BOUND);
  }

  @Test
  void onlySessionsOfTheDevice_areRanked_soOneOfThemAlwaysGoesOn() {
    keep(Duration.ofMinutes(5));
    // The more urgent one computes elsewhere: to hold this one back would free nothing here.
    use(
        0.97,
        Set.of("batch", "standard"),
        Map.of("cpu-0", Set.of("batch"), "cpu-1", Set.of("standard")));
    // Between two turns each counts where it was last.
    use(0.97, Set.of("batch", "standard"), Map.of());
    journal.expectNoMessage(Duration.ZERO);
    inference.expectNoMessage(Duration.ZERO);

    use(0.97, Set.of("batch", "standard"), Map.of("cpu-0", Set.of("standard")));
    assertEquals("batch", journaled(NodeEvent.SessionPaused.class).sessionId());
    inference.expectMessageClass(InferenceCommand.HoldBack.class, BOUND);
    // It is held back there still, though its turns are elsewhere meanwhile.
    use(
        0.97,
        Set.of("batch", "standard"),
        Map.of("cpu-0", Set.of("standard"), "cpu-1", Set.of("batch")));
    journal.expectNoMessage(Duration.ZERO);
    use(0.7, Set.of("batch", "standard"), Map.of("cpu-1", Set.of("batch")));
    assertEquals("condition_holds", journaled(NodeEvent.SessionResumed.class).reason());
  }

  @Test
  void pauseThatLastsTooLong_ends() {
    keep(Duration.ofMillis(100));
    use(0.97, "batch", "standard");
    journaled(NodeEvent.SessionPaused.class);
    assertEquals("longest_pause", journaled(NodeEvent.SessionResumed.class).reason());
  }

  @Test
  void restart_forgetsNoPause() {
    keep(Duration.ofMinutes(5));
    use(0.97, "batch", "standard");
    journaled(NodeEvent.SessionPaused.class);
    inference.expectMessageClass(InferenceCommand.HoldBack.class, BOUND);
    // What no desk says.
    notices.tell(new StateNotice(99, Rank.P3, "cpu-0", null, state.ref()));
    subscribed();
    use(0.5, "batch", "standard");
    assertEquals("condition_holds", journaled(NodeEvent.SessionResumed.class).reason());
  }

  @Test
  void sessionsThatAreToRest_arePausedAsIfMemoryWereShort_onceHoweverOftenItIsAsked() {
    keep(Duration.ofMinutes(5));
    TestProbe<PauseCommand.Resting> resting = kit.createTestProbe();
    for (int again = 0; again < 2; again++) {
      keeper.tell(new PauseCommand.Rest("cpu-0", resting.ref()));
      known(Set.of("batch", "standard"), Map.of("cpu-0", Set.of("batch", "standard")));
      assertEquals(
          new PauseCommand.Resting("cpu-0", Set.of("batch")), resting.receiveMessage(BOUND));
    }
    assertEquals("batch", journaled(NodeEvent.SessionPaused.class).sessionId());
    assertEquals(
        new InferenceCommand.HoldBack("memory pause", "batch", "cpu-0"),
        inference.receiveMessage(BOUND));
    use(0.7, "batch", "standard");
    assertEquals("condition_holds", journaled(NodeEvent.SessionResumed.class).reason());
  }

  private List<PauseView> pauses() {
    TestProbe<PauseCommand.Pauses> probe = kit.createTestProbe();
    keeper.tell(new PauseCommand.Get(probe.ref()));
    return probe.receiveMessage(BOUND).pauses();
  }

  private SessionControlCommand control() {
    StateCommand.Announce announce = said.expectMessageClass(StateCommand.Announce.class, BOUND);
    assertEquals(Set.of("cpu-0"), announce.devices());
    return assertInstanceOf(SessionControlCommand.class, announce.message());
  }

  private <E extends NodeEvent> E journaled(Class<E> type) {
    HistoryLog.Record<NodeEvent> write =
        (HistoryLog.Record<NodeEvent>) journal.receiveMessage(BOUND);
    write.replyTo().tell(write.event().meta());
    return assertInstanceOf(type, write.event());
  }

  /** The worker says so, and the domains that these sessions run, all on that device. */
  private void use(double share, String... running) {
    use(share, Set.of(running), Map.of("cpu-0", Set.of(running)));
  }

  private void use(double share, Set<String> running, Map<String, Set<String>> turns) {
    long available = Math.round(1_000 * (1 - share));
    tell(
        new VramUsageUpdate(
            "cpu-0",
            new VramUsageUpdate.VramMetrics(1_000, 1_000 - available, available, 0),
            PressureLevel.HIGH,
            false));
    known(running, turns);
  }

  private void known(Set<String> running, Map<String, Set<String>> turns) {
    processing
        .expectMessageClass(ProcessingCommand.GetFacts.class, BOUND)
        .replyTo()
        .tell(new ProcessingCommand.Facts(running, Set.of(), Set.of(), Map.of(), Map.of()));
    inference
        .expectMessageClass(InferenceCommand.GetFacts.class, BOUND)
        .replyTo()
        .tell(
            new InferenceCommand.Facts(
                List.of(),
                turns.entrySet().stream()
                    .flatMap(
                        device ->
                            device.getValue().stream()
                                .map(
                                    session ->
                                        new WorkFacts.TurnFacts(
                                            session + "/1/0", session, device.getKey())))
                    .toList()));
  }

  private void tell(StateMessage message) {
    changes++;
    notices.tell(
        new StateNotice(
            changes,
            Rank.P1,
            "cpu-0",
            new StateEnvelope(1, changes, 0, changes, Instant.EPOCH, message),
            state.ref()));
    assertEquals(
        new StateCommand.Confirm(changes, StateDomain.PROCESSING), state.receiveMessage(BOUND));
  }

  private static ProcessingSessionCreated created(String session, StatePriority priority) {
    return new ProcessingSessionCreated(
        session,
        "text-embedding",
        new ProcessingSessionCreated.ResourceAllocation(priority, 0, List.of()),
        1,
        new ProcessingSessionCreated.TimeoutSettings(Duration.ZERO, Duration.ZERO));
  }
}
