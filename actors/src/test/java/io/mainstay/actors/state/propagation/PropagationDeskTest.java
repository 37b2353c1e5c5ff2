package io.mainstay.actors.state.propagation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.outage.OutageNotice;
import io.mainstay.actors.state.cache.CacheKey;
import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.ownership.StateDomain;
import io.mainstay.protocol.state.EnforcementAction;
import io.mainstay.protocol.state.ProcessingSessionCreated;
import io.mainstay.protocol.state.SafetyPolicyUpdate;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StatePriority;
import io.mainstay.protocol.state.StateRefusal;
import io.mainstay.protocol.state.Strictness;
import io.mainstay.protocol.state.VramUsageUpdate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PropagationDeskTest {
  private static final SafetyPolicyUpdate POLICY =
      new SafetyPolicyUpdate(
          "v2.1",
          new SafetyPolicyUpdate.SafetyThresholds(0.95, 7, Strictness.STRICT),
          new SafetyPolicyUpdate.EnforcementActions(
              EnforcementAction.REJECT, EnforcementAction.FLAG_FOR_REVIEW));

  /** Moves only when a test moves it. */
  private static final class TestClock extends Clock {
    private volatile Instant now = Told.START;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  /** A worker that notes what it is told and answers when the test says so. */
  private static final class Worker implements WorkerLink {
    private final ConcurrentLinkedQueue<StateEnvelope> told = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> over = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<BiConsumer<Outcome, String>> open =
        new ConcurrentLinkedQueue<>();

    @Override
    public void publish(StateEnvelope envelope, BiConsumer<Outcome, String> onAnswer) {
      told.add(envelope);
      open.add(onAnswer);
    }

    @Override
    public void sessionOver(String sessionId) {
      over.add(sessionId);
    }
  }

  private final ActorTestKit kit =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
  private final ManualTime time = ManualTime.get(kit.system());
  private final TestClock clock = new TestClock();
  private final PropagationSettings settings = PropagationSettings.of(ConfigFactory.load());
  private final ActorRef<StateCommand> desk =
      kit.spawn(
          Behaviors.supervise(PropagationDesk.create(settings, clock))
              .onFailure(SupervisorStrategy.restart()));
  private final TestProbe<StateCommand.Copies> copies = kit.createTestProbe();
  private final TestProbe<StateCommand.Records> records = kit.createTestProbe();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private StateCommand.Copies copies() {
    desk.tell(new StateCommand.GetCopies(copies.getRef()));
    return copies.receiveMessage();
  }

  private List<StateRecord> recordsAfter(long ordering) {
    desk.tell(new StateCommand.GetRecords(ordering, 100_000, records.getRef()));
    return records.receiveMessage().records();
  }

  private void announce(StateMessage message, Set<String> devices) {
    desk.tell(new StateCommand.Announce(CacheKey.NODE, message, devices));
  }

  private Worker serve(String device, long epoch) {
    Worker worker = new Worker();
    desk.tell(new StateCommand.WorkerServes(device, epoch, worker));
    return worker;
  }

  private void pass(Duration span) {
    clock.now = clock.now.plus(span);
    time.timePasses(span);
  }

  private TestProbe<ActorRef<OutageNotice>> follow() {
    TestProbe<ActorRef<OutageNotice>> followers = kit.createTestProbe();
    desk.tell(
        new StateCommand.Follow((name, interests, follower) -> followers.ref().tell(follower)));
    return followers;
  }

  @Test
  void deviceOutOfReach_isToldTheLastPolicyOnly_whenItIsThawed_othersAtOnce() {
    Worker frozen = serve("cpu-0", 3);
    Worker other = serve("cpu-1", 4);
    ActorRef<OutageNotice> outages = follow().receiveMessage();
    outages.tell(new OutageNotice.Frozen("cpu-0", Duration.ofSeconds(30)));
    announce(Told.policy("v1"), StateCommand.EVERY_WORKER);
    announce(Told.pause("s"), StateCommand.EVERY_WORKER);
    announce(Told.policy("v2"), StateCommand.EVERY_WORKER);
    copies();
    while (!other.open.isEmpty()) {
      other.open.poll().accept(Outcome.CONFIRMED, "");
      copies();
    }
    List<StateRecord> applied = recordsAfter(0);
    assertEquals(3, applied.size(), applied.toString());
    assertEquals(List.of("worker cpu-0 held: its device is out of reach"), applied.get(0).notes());
    assertTrue(frozen.told.isEmpty(), frozen.told.toString());

    outages.tell(new OutageNotice.Thawed("cpu-0", false));
    copies();
    assertEquals(
        List.of(Told.pause("s"), Told.policy("v2")),
        frozen.told.stream().map(StateEnvelope::message).toList());
    assertEquals(List.of(1L, 2L), frozen.told.stream().map(StateEnvelope::sequence).toList());
    announce(Told.policy("v3"), StateCommand.EVERY_WORKER);
    copies();
    assertEquals(3, frozen.told.size());
  }

  @Test
  void sessionThatRuns_isToldToAWorkerThatComesLater_oneThatIsOverIsNot() {
    announce(created("over"), StateCommand.EVERY_WORKER);
    announce(created("runs"), StateCommand.EVERY_WORKER);
    desk.tell(new StateCommand.Over("over"));
    Worker later = serve("cpu-0", 3);
    copies();
    assertEquals(
        List.of(created("runs")), later.told.stream().map(StateEnvelope::message).toList());
  }

  @Test
  void restart_forgetsNeitherWhatIsOnItsWay_norTheEndOfASessionBehindIt() {
    Worker worker = serve("cpu-0", 3);
    announce(created("s"), StateCommand.EVERY_WORKER);
    desk.tell(new StateCommand.Over("s"));
    copies();
    AtomicBoolean fails = new AtomicBoolean(true);
    desk.tell(
        new StateCommand.Follow(
            (name, interests, follower) -> {
              if (fails.getAndSet(false)) {
                throw new IllegalStateException("provoked");
              }
            }));
    assertEquals(1, copies().inFlight());
    assertEquals(List.of(), List.copyOf(worker.over));
    worker.open.poll().accept(Outcome.CONFIRMED, "");
    assertEquals(0, copies().inFlight());
    assertEquals(List.of("s"), List.copyOf(worker.over));
    assertEquals(List.of("its session is over: not held"), recordsAfter(0).get(0).notes());
  }

  @Test
  void restart_givesUpASilentWorkerAllTheSame() {
    serve("cpu-0", 3);
    announce(POLICY, StateCommand.EVERY_WORKER);
    AtomicBoolean fails = new AtomicBoolean(true);
    desk.tell(
        new StateCommand.Follow(
            (name, interests, follower) -> {
              if (fails.getAndSet(false)) {
                throw new IllegalStateException("provoked");
              }
            }));
    copies();
    for (int attempt = 1; attempt <= settings.attempts(); attempt++) {
      pass(settings.confirmTimeout());
      copies();
    }
    assertEquals(0, copies().inFlight());
    assertEquals("applied", recordsAfter(0).get(0).outcome());
  }

  private static ProcessingSessionCreated created(String session) {
    return new ProcessingSessionCreated(
        session,
        "text-embedding",
        new ProcessingSessionCreated.ResourceAllocation(StatePriority.NORMAL, 0, List.of()),
        1,
        new ProcessingSessionCreated.TimeoutSettings(Duration.ZERO, Duration.ZERO));
  }

  @Test
  void freezeThatNobodyEnds_endsAfterItsBound_andASuccessorIsToldWhatLasts() {
    serve("cpu-0", 3);
    ActorRef<OutageNotice> outages = follow().receiveMessage();
    outages.tell(new OutageNotice.Frozen("cpu-0", Duration.ofSeconds(30)));
    announce(Told.policy("v1"), StateCommand.EVERY_WORKER);
    copies();
    Worker successor = serve("cpu-0", 5);
    copies();
    assertTrue(successor.told.isEmpty(), successor.told.toString());
    pass(Duration.ofSeconds(31));
    copies();
    assertEquals(
        List.of(Told.policy("v1")), successor.told.stream().map(StateEnvelope::message).toList());
  }

  @Test
  void stateOfTheNode_isToldToTheWorkersConcerned_andAppliedWhenTheyConfirm() {
    Worker first = serve("cpu-0", 3);
    Worker second = serve("cpu-1", 4);
    announce(Told.pause("s"), Set.of("cpu-0"));

    assertEquals(1, copies().inFlight());
    assertEquals(0, second.told.size());
    assertEquals(3, first.told.peek().epoch());
    assertEquals(1, first.told.peek().sequence());
    assertEquals(List.of(), copies().entries());

    first.open.poll().accept(Outcome.CONFIRMED, "");
    StateCommand.Copies after = copies();
    assertEquals(0, after.inFlight());
    assertEquals(1, after.entries().size());
    assertEquals("applied", recordsAfter(0).get(0).outcome());
  }

  @Test
  void silentWorker_isToldAgainWithANewNumber_andGivenUpAfterTheLastAttempt() {
    Worker worker = serve("cpu-0", 3);
    announce(POLICY, StateCommand.EVERY_WORKER);
    copies();
    for (int attempt = 1; attempt <= settings.attempts(); attempt++) {
      assertEquals(attempt, worker.told.size());
      pass(settings.confirmTimeout());
      copies();
    }
    List<StateEnvelope> told = List.copyOf(worker.told);
    assertEquals(settings.attempts(), told.size());
    assertEquals(1, told.stream().map(StateEnvelope::version).distinct().count());
    assertEquals(settings.attempts(), told.get(told.size() - 1).sequence());
    StateRecord record = recordsAfter(0).get(0);
    assertEquals("applied", record.outcome());
    assertTrue(record.notes().get(0).startsWith("worker cpu-0 silent"), record.toString());
  }

  @Test
  void workerThatDies_isWaitedForNoMore_andItsSuccessorIsToldWhatLasts() {
    Worker worker = serve("cpu-0", 3);
    announce(POLICY, StateCommand.EVERY_WORKER);
    announce(Told.pause("s"), Set.of("cpu-0"));
    assertEquals(2, copies().inFlight());
    desk.tell(new StateCommand.WorkerEnded("cpu-0", 3));
    assertEquals(0, copies().inFlight());

    Worker successor = serve("cpu-0", 5);
    copies();
    assertEquals(1, successor.told.size(), "the policy, not the command");
    assertEquals(POLICY, successor.told.peek().message());
    assertEquals(5, successor.told.peek().epoch());
    assertEquals(2, worker.told.size());
  }

  @Test
  void domainThatIsConcerned_isToldAndConfirms_othersHearNothing() {
    TestProbe<StateNotice> model = kit.createTestProbe();
    TestProbe<StateNotice> postprocessing = kit.createTestProbe();
    desk.tell(new StateCommand.Subscribe(StateDomain.MODEL, model.getRef()));
    desk.tell(new StateCommand.Subscribe(StateDomain.POSTPROCESSING, postprocessing.getRef()));
    serve("cpu-0", 3);
    desk.tell(
        new StateCommand.Heard(
            "cpu-0",
            new StateEnvelope(3, 1, 0, 1, Told.START, Told.use("cpu-0", PressureLevel.HIGH))));

    StateNotice notice = model.receiveMessage();
    assertEquals(Rank.P1, notice.rank());
    assertEquals(1, copies().inFlight());
    desk.tell(new StateCommand.Confirm(notice.changeId(), StateDomain.MODEL));
    assertEquals(0, copies().inFlight());
    postprocessing.expectNoMessage(Duration.ZERO);
  }

  @Test
  void criticalHealth_passesAWindowThatIsFullOfSlowReceivers() {
    TestProbe<StateNotice> processing = kit.createTestProbe();
    desk.tell(new StateCommand.Subscribe(StateDomain.PROCESSING, processing.getRef()));
    serve("cpu-0", 3);
    for (int i = 0; i < 100_000; i++) {
      desk.tell(
          new StateCommand.Announce(
              StateCommand.RUNNERS, Told.progress("s" + i % 5_000, i), Set.of()));
      if (i % 10_000 == 9_999) {
        desk.tell(
            new StateCommand.Heard(
                "cpu-0",
                new StateEnvelope(
                    3, i, 0, i, Told.START, Told.health("cpu-0", StatePriority.CRITICAL))));
      }
    }
    StateCommand.Copies busy = copies();
    assertEquals(settings.inFlightMax() + 10, busy.inFlight(), "nothing critical waits");
    assertEquals(0, busy.waiting().get(Rank.P0));
    assertEquals(5_000, busy.waiting().get(Rank.P3), "one place for each session");
    int critical = 0;
    for (int i = 0; i < settings.inFlightMax() + 10; i++) {
      critical += processing.receiveMessage().rank() == Rank.P0 ? 1 : 0;
    }
    assertEquals(10, critical);
  }

  @Test
  void tenThousandLateDuplicateReorderedAndReplayed_leaveTheNewestInForce() {
    long seed = 20261122;
    Random random = new Random(seed);
    serve("cpu-0", 2);
    List<StateEnvelope> said = new ArrayList<>();
    for (int number = 1; number <= 3_000; number++) {
      long used = number;
      said.add(
          new StateEnvelope(
              2,
              number,
              0,
              number,
              Told.START,
              new VramUsageUpdate(
                  "cpu-" + number % 7,
                  new VramUsageUpdate.VramMetrics(10_000, used, 10_000 - used, 0),
                  PressureLevel.LOW,
                  false)));
    }
    List<StateEnvelope> delivered = new ArrayList<>(said);
    for (int extra = 0; extra < 7_000; extra++) {
      StateEnvelope some = said.get(random.nextInt(said.size()));
      int kind = random.nextInt(3);
      delivered.add(
          kind == 0
              ? some
              : kind == 1
                  ? new StateEnvelope(
                      1, some.sequence() + 9_000, 0, some.version(), some.at(), some.message())
                  : new StateEnvelope(
                      2, some.sequence(), 0, some.version() + 9_000, some.at(), some.message()));
    }
    Collections.shuffle(delivered, random);
    long highest = 0;
    Map<String, Long> expected = new HashMap<>();
    for (StateEnvelope envelope : delivered) {
      desk.tell(new StateCommand.Heard("cpu-0", envelope));
      if (envelope.epoch() == 2 && envelope.sequence() > highest) {
        highest = envelope.sequence();
        VramUsageUpdate use = (VramUsageUpdate) envelope.message();
        if (envelope.version() >= expected.getOrDefault("version " + use.deviceId(), 0L)) {
          expected.put("version " + use.deviceId(), envelope.version());
          expected.put(use.deviceId(), use.vramMetrics().usedVram());
        }
      }
    }
    StateCommand.Copies end = copies();
    end.entries()
        .forEach(
            entry ->
                assertEquals(
                    expected.get(entry.key().subject()),
                    ((VramUsageUpdate) entry.copy().value()).vramMetrics().usedVram(),
                    "seed " + seed + ", " + entry.key()));
    long notTaken = end.refused().values().stream().mapToLong(Long::longValue).sum();
    assertTrue(end.refused().get(StateRefusal.STALE_SEQUENCE) > 1_000, end.refused().toString());
    assertTrue(end.refused().get(StateRefusal.WRONG_EPOCH) > 1_000, end.refused().toString());
    assertEquals(10_000, delivered.size());
    long applied =
        recordsAfter(0).stream().filter(record -> record.outcome().equals("applied")).count();
    assertEquals(10_000, notTaken + applied);
  }

  @Test
  void sessionThatIsOver_isForgotten_hereAndByTheWorkers() {
    Worker worker = serve("cpu-0", 3);
    desk.tell(new StateCommand.Announce(StateCommand.RUNNERS, Told.progress("s", 1), Set.of()));
    assertEquals(1, copies().entries().size());
    desk.tell(new StateCommand.Over("s"));
    assertEquals(List.of(), copies().entries());
    assertEquals(List.of("s"), List.copyOf(worker.over));
  }

  @Test
  void sessionThatIsOver_whileItsMessagesAreOnTheirWay_isNotHeldAgain_andWorkersHearOfItLast() {
    Worker worker = serve("cpu-0", 3);
    announce(Told.pause("s"), StateCommand.EVERY_WORKER);
    announce(Told.pause("other"), StateCommand.EVERY_WORKER);
    assertEquals(2, copies().inFlight());

    desk.tell(new StateCommand.Over("s"));
    assertEquals(2, copies().inFlight());
    assertEquals(List.of(), List.copyOf(worker.over));
    worker.open.poll().accept(Outcome.CONFIRMED, "");
    worker.open.poll().accept(Outcome.CONFIRMED, "");

    assertEquals(
        List.of("other"), copies().entries().stream().map(entry -> entry.key().subject()).toList());
    assertEquals(List.of("s"), List.copyOf(worker.over));
    assertEquals(List.of("its session is over: not held"), recordsAfter(0).get(0).notes());
    // What is said of it after that is of its next life.
    desk.tell(new StateCommand.Announce(StateCommand.RUNNERS, Told.progress("s", 1), Set.of()));
    assertEquals(2, copies().entries().size());
  }

  @Test
  void watchers_goOnWhereTheyWere_andHearHowManyTheyMissed() {
    for (int i = 0; i < settings.watchHistory() + 10; i++) {
      desk.tell(
          new StateCommand.Announce(StateCommand.RUNNERS, Told.progress("s" + i, 1), Set.of()));
    }
    desk.tell(new StateCommand.GetRecords(0, 5, records.getRef()));
    StateCommand.Records page = records.receiveMessage();
    assertEquals(10, page.missed());
    assertEquals(5, page.records().size());
    assertEquals(15, page.last());
    desk.tell(new StateCommand.GetRecords(-1, 5, records.getRef()));
    assertEquals(settings.watchHistory() + 10, records.receiveMessage().last());
  }

  @Test
  void whatIsOutOfBounds_isRefusedWithTheReason_andNeverHeld() {
    announce(
        new SafetyPolicyUpdate(
            "v3",
            new SafetyPolicyUpdate.SafetyThresholds(1.5, 7, Strictness.STRICT),
            POLICY.enforcementActions()),
        StateCommand.EVERY_WORKER);
    StateRecord record = recordsAfter(0).get(0);
    assertEquals("refused", record.outcome());
    assertTrue(record.notes().get(0).contains("1.5; it must be 0.0 to 1.0"), record.toString());
    assertEquals(List.of(), copies().entries());
  }
}
