package io.mainstay.actors.degradation.restoration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKeeper;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.NotificationKind;
import io.mainstay.actors.notification.Placeholder;
import io.mainstay.actors.recovery.Domain;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.support.LocalConfig;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.identity.UlidGenerator;
import io.mainstay.persistence.mode.ModeName;
import io.mainstay.persistence.notification.Notification;
import io.mainstay.persistence.restoration.RestorationEvent;
import io.mainstay.persistence.restoration.TestOutcome;
import io.mainstay.persistence.serialization.EventMeta;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The keeper of the modes and the way back together, with tests that end as they are told. */
class WayBackTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final ModeKey MINIMAL = ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE);
  private static final ModeKey DEVICE = ModeKey.of(DegradationMode.DEVICE_ISOLATION, "cpu-0");
  private static final String SOURCE = "memory of the machine";
  private static final Config SETTINGS =
      ConfigFactory.parseString(
              """
              mainstay.modes.modes.minimal_operation_mode { least-stay = 0s, quiet = 0s }
              mainstay.modes.modes.device_isolation { least-stay = 0s, quiet = 0s }
              mainstay.modes.restoration {
                look-every = 5ms, pause = 20ms, pause-max = 40ms
                watch-for = 200ms, check-every = 5ms
                intake.dwell = 20ms
                figures { after = 1h, every = 1h }
              }
              """)
          .withFallback(ConfigFactory.load());
  private static final Map<DegradationMode, ModeTrigger> TRIGGERS =
      Map.of(
          DegradationMode.MINIMAL_OPERATION_MODE,
          ModeTrigger.MULTIPLE_CRITICAL_FAILURES,
          DegradationMode.DEVICE_ISOLATION,
          ModeTrigger.DEVICE_FAILURE_OR_CORRUPTION);
  private static final AtomicInteger NODES = new AtomicInteger();
  private static ActorTestKit kit;
  private static PersistenceTestKit journal;
  private final ScriptedTests tests = new ScriptedTests();
  private final String node = "n" + NODES.incrementAndGet();
  private ActorRef<ModeCommand> modes;
  private ActorRef<Restoration.Command> restoration;
  private TestProbe<NotificationCommand> people;
  private ActorRef<NotificationCommand> post;
  private TestProbe<RecoveryCommand.RaiseFault> faults;
  private final List<NotificationCommand.Notify> told = new CopyOnWriteArrayList<>();
  private volatile boolean lists = true;

  @BeforeAll
  static void startKit() {
    Config config = LocalConfig.with(PersistenceTestKitPlugin.getInstance().config());
    kit = ActorTestKit.create(config);
    journal = PersistenceTestKit.create(kit.system());
  }

  @AfterAll
  static void endKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void begin() {
    people = kit.createTestProbe();
    post =
        kit.spawn(
            Behaviors.monitor(
                NotificationCommand.class,
                people.ref(),
                Behaviors.receive(NotificationCommand.class)
                    .onMessage(
                        NotificationCommand.ListNotifications.class,
                        list -> {
                          list.replyTo().tell(new NotificationCommand.Page(7, 0, listed(list)));
                          return Behaviors.same();
                        })
                    .onMessage(
                        NotificationCommand.Notify.class,
                        notify -> {
                          told.add(notify);
                          return Behaviors.same();
                        })
                    .onAnyMessage(told -> Behaviors.same())
                    .build()));
    faults = kit.createTestProbe();
    kit.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(RecoveryCommand.RaiseFault.class, faults.ref()));
    ModeSettings settings = ModeSettings.of(SETTINGS);
    modes =
        kit.spawn(
            ModeKeeper.create(
                node,
                settings,
                new ModeRules(settings, List.of("cpu-0")),
                stamper(),
                Clock.systemUTC()));
    restoration = wayBack(SETTINGS);
  }

  /** Of those that were told, as the desk would list them. */
  private List<Notification> listed(NotificationCommand.ListNotifications list) {
    return told.stream()
        .filter(one -> lists && one.kind() == NotificationKind.RECOVERY_COMPLETED)
        .limit(list.limit())
        .map(
            one ->
                new Notification(
                    "N1",
                    one.kind().text(),
                    "low",
                    one.subject(),
                    "",
                    "",
                    "",
                    "",
                    List.of(),
                    stamper().root(),
                    List.of(),
                    0,
                    0,
                    null,
                    false,
                    null,
                    List.of()))
        .toList();
  }

  @AfterEach
  void end() {
    kit.stop(restoration);
    kit.stop(modes);
  }

  private static EventStamper stamper() {
    Clock clock = Clock.systemUTC();
    return new EventStamper(clock, new UlidGenerator(clock, new SecureRandom()));
  }

  private ActorRef<Restoration.Command> wayBack(Config config) {
    return kit.spawn(
        Restoration.create(
            node,
            ModeSettings.of(config),
            RestorationSettings.of(config),
            new Restoration.Collaborators(modes, tests, post, stamper(), Clock.systemUTC())));
  }

  private void enter(ModeKey key) {
    modes.tell(new ModeCommand.Enter(key, TRIGGERS.get(key.mode()), SOURCE, "97 %", null, null));
  }

  private void settle(ModeKey key) {
    modes.tell(new ModeCommand.Leave(key, SOURCE, "41 %", null, null));
  }

  private List<RestorationEvent> events() {
    return journal.persistedInStorage("Restoration|" + node).stream()
        .map(RestorationEvent.class::cast)
        .toList();
  }

  private List<String> story() {
    return events().stream()
        .filter(event -> !(event instanceof RestorationEvent.ActionsCompleted))
        .map(
            event -> {
              if (event instanceof RestorationEvent.PhasePassed passed) {
                return passed.phase();
              }
              if (event instanceof RestorationEvent.PhaseFailed failed) {
                return "failed " + failed.reason();
              }
              if (event instanceof RestorationEvent.ModesRestored restored) {
                return "restored at " + restored.intakePercent() + " %";
              }
              if (event instanceof RestorationEvent.IntakeRaised raised) {
                return raised.percent() + " %";
              }
              if (event instanceof RestorationEvent.RestorationEnded ended) {
                return ended.outcome();
              }
              return event.getClass().getSimpleName();
            })
        .toList();
  }

  private void awaitStory(String last) {
    await("the story goes on to " + last).atMost(BOUND).until(() -> story().contains(last));
  }

  @Test
  void aWholeWayBack_liftsComponentByComponent_takesWorkByStages_andEnds() {
    Map<RestorationTest, List<Domain>> lifted = new ConcurrentHashMap<>();
    tests.atTest = test -> lifted.put(test, liftedNow());
    enter(MINIMAL);
    await().atMost(BOUND).until(() -> !InForce.on(kit.system()).none());
    EventMeta entered = InForce.of(kit.system()).view().active().get(0).entered();
    settle(MINIMAL);
    awaitStory(RestorationLife.FULL_FUNCTION);
    EventMeta begun = events().get(0).meta();
    assertEquals(entered.eventId(), begun.causeId(), "it follows the mode that it ends");
    assertEquals(entered.rootId(), begun.rootId());
    List<String> expected = new ArrayList<>(List.of("RestorationBegun"));
    Arrays.stream(RestorationPhase.values()).map(RestorationPhase::code).forEach(expected::add);
    expected.addAll(List.of("restored at 10 %", "25 %", "50 %", "75 %", "100 %", "full_function"));
    assertEquals(expected, story());
    // A component takes up its work before it is tested, and those after it do not yet.
    List<Domain> order =
        List.of(Domain.DEVICE, Domain.MEMORY, Domain.MODEL, Domain.PROCESSING, Domain.INFERENCE);
    List<RestorationTest> components = RestorationPhase.COMPONENT_FUNCTIONALITY_RESTORATION.tests();
    for (int i = 0; i < order.size(); i++) {
      assertEquals(order.subList(0, i + 1), lifted.get(components.get(i)));
    }
    assertEquals(List.of(), lifted.get(RestorationTest.COMMUNICATION_CHANNEL_VALIDATION));
    assertTrue(InForce.on(kit.system()).none());
    await().atMost(BOUND).until(() -> !ReturnInForce.of(kit.system()).view().underWay());
    NotificationCommand.Notify told = (NotificationCommand.Notify) people.receiveMessage(BOUND);
    assertEquals(NotificationKind.MINIMAL_MODE_RECOVERY, told.kind(), "the first is when it ends");
    assertEquals("way back from minimal_operation_mode", told.subject());
    assertEquals("5 min", told.words().get(Placeholder.ESTIMATED_TIME));
    assertEquals(100, ReturnInForce.of(kit.system()).view().intakePercent());
    assertCompletedInOrder();
  }

  /** Three were done when they were first written; then that was, and the watch begins. */
  private void assertCompletedInOrder() {
    List<List<TestOutcome>> written = completions();
    assertEquals(2, written.size());
    assertEquals(written.get(1).subList(0, 3), written.get(0));
    List<TestOutcome> all = written.get(1);
    assertEquals(
        List.of(
            "restore_full_functionality_modes",
            "clear_degradation_status_indicators",
            "notify_users_of_restoration",
            "log_recovery_completion",
            "schedule_post_recovery_monitoring"),
        all.stream().map(TestOutcome::test).toList());
    all.forEach(action -> assertTrue(action.passed(), action.evidence()));
    assertEquals("minimal_operation_mode are left; within 10000 ms", all.get(0).evidence());
    assertEquals("the node shows normal; within 5000 ms", all.get(1).evidence());
    assertEquals("notification N1 tells it; within 3000 ms", all.get(2).evidence());
  }

  private List<List<TestOutcome>> completions() {
    return events().stream()
        .filter(RestorationEvent.ActionsCompleted.class::isInstance)
        .map(event -> ((RestorationEvent.ActionsCompleted) event).actions())
        .toList();
  }

  /** What is not seen among the newest is not said to have been. */
  @Test
  void noticeThatIsNotListed_isSaidToBeHandedOver() {
    lists = false;
    enter(MINIMAL);
    await().atMost(BOUND).until(() -> !InForce.on(kit.system()).none());
    settle(MINIMAL);
    awaitStory(RestorationLife.FULL_FUNCTION);
    assertEquals(
        "it was handed over to be told; within 3000 ms", completions().get(1).get(2).evidence());
  }

  /** The node was killed between the two times that the actions are written. */
  @Test
  void usersWhoWereTold_areNotToldAgain_whenTheNodeIsStartedAnew() {
    kit.stop(restoration);
    EventStamper stamps = stamper();
    ModeName minimal = new ModeName("minimal_operation_mode", "", "");
    List<TestOutcome> three =
        List.of(
            new TestOutcome(CompletionActions.RESTORE, true, "left", 1),
            new TestOutcome(CompletionActions.CLEAR, true, "the node shows normal", 1),
            new TestOutcome(CompletionActions.NOTIFY, true, "notification N0 tells it", 1));
    journal.persistForRecovery(
        "Restoration|" + node,
        List.<Object>of(
            new RestorationEvent.RestorationBegun(
                stamps.root(), "R1", List.of(minimal), List.of(), true),
            new RestorationEvent.ModesRestored(
                stamps.root(), "R1", List.of(minimal), 1, 10, Instant.now().plusSeconds(3_600)),
            new RestorationEvent.ActionsCompleted(stamps.root(), "R1", three)));
    restoration = wayBack(SETTINGS);
    awaitStory("25 %");
    List<TestOutcome> all = completions().get(1);
    assertEquals(5, all.size());
    assertEquals(three, all.subList(0, 3));
    assertEquals(
        "the journal has what was done before, since an earlier life", all.get(3).evidence());
    assertEquals(List.of(), told);
  }

  /** Nobody stays in a mode because people could not be told; it is seen. */
  @Test
  void whatIsNotDoneWithinItsBound_isSaid_andKeepsNobodyInAMode() {
    kit.stop(restoration);
    post = kit.<NotificationCommand>createTestProbe().ref();
    restoration =
        wayBack(
            ConfigFactory.parseString(
                    "mainstay.modes.restoration { tell-within = 1ms, watch-for = 1h }")
                .withFallback(SETTINGS));
    enter(MINIMAL);
    await().atMost(BOUND).until(() -> !InForce.on(kit.system()).none());
    settle(MINIMAL);
    awaitStory("100 %");
    List<TestOutcome> all = completions().get(1);
    assertEquals(
        List.of(true, true, false, true, true), all.stream().map(TestOutcome::passed).toList());
    assertTrue(all.get(2).evidence().startsWith("no answer"), all.get(2).evidence());
    // What is shown while the node is watched.
    assertEquals(all, ReturnInForce.of(kit.system()).view().tests());
  }

  /** Domains of which minimal operation demands nothing at this moment, while it holds. */
  private static List<Domain> liftedNow() {
    var now = InForce.on(kit.system());
    if (now.none()) {
      return List.of();
    }
    List<Domain> lifted = new ArrayList<>();
    add(lifted, Domain.DEVICE, !now.isOff(Operation.GPU_OPERATIONS));
    add(lifted, Domain.MEMORY, now.memory().allocationMax() == Long.MAX_VALUE);
    add(lifted, Domain.MODEL, now.models().residentMax() == Integer.MAX_VALUE);
    add(lifted, Domain.PROCESSING, now.work().sessionsMax() == Integer.MAX_VALUE);
    add(lifted, Domain.INFERENCE, now.inference().sideMax() == Integer.MAX_VALUE);
    return lifted;
  }

  private static void add(List<Domain> lifted, Domain domain, boolean is) {
    if (is) {
      lifted.add(domain);
    }
  }

  @Test
  void aPhaseThatFails_keepsTheModeWhole_andAllPhasesAreGoneThroughAgain() {
    tests.ends.put(RestorationTest.END_TO_END_WORKFLOW_TEST, ScriptedTests.End.FAILS);
    enter(MINIMAL);
    await().atMost(BOUND).until(() -> !InForce.on(kit.system()).none());
    settle(MINIMAL);
    awaitStory("failed end_to_end_workflow_test: not well");
    await("it is tried again")
        .atMost(BOUND)
        .until(
            () ->
                tests.run.stream().filter(RestorationTest.END_TO_END_WORKFLOW_TEST::equals).count()
                    >= 2);
    assertFalse(InForce.on(kit.system()).none(), "the mode holds");
    assertTrue(
        tests.run.stream().noneMatch(RestorationTest.RESOURCE_COORDINATION_TEST::equals),
        "nothing is run after a test that failed");
    tests.ends.clear();
    awaitStory("restored at 10 %");
    assertTrue(InForce.on(kit.system()).none());
  }

  @Test
  void aTestThatIsSkipped_isNoPass_andKeepsNobodyFromComingBack() {
    tests.ends.put(RestorationTest.INFERENCE_ENGINE_RESTORATION, ScriptedTests.End.SKIPPED);
    enter(MINIMAL);
    await().atMost(BOUND).until(() -> !InForce.on(kit.system()).none());
    settle(MINIMAL);
    awaitStory("restored at 10 %");
    List<Boolean> passed =
        events().stream()
            .filter(RestorationEvent.PhasePassed.class::isInstance)
            .flatMap(event -> ((RestorationEvent.PhasePassed) event).tests().stream())
            .filter(test -> test.test().equals("inference_engine_restoration"))
            .map(test -> test.passed() || !test.skipped())
            .toList();
    assertEquals(List.of(false), passed);
  }

  @Test
  void aTestThatHangs_failsItsPhase_andTheModeDemandsEverythingAgain() {
    kit.stop(restoration);
    restoration =
        wayBack(
            ConfigFactory.parseString(
                    RestorationSettings.PATH + ".phases.component-functionality = 50ms")
                .withFallback(ConfigFactory.parseString(RestorationSettings.PATH + ".pause = 1h"))
                .withFallback(
                    ConfigFactory.parseString(RestorationSettings.PATH + ".pause-max = 1h"))
                .withFallback(SETTINGS));
    tests.ends.put(RestorationTest.MODEL_LOADING_RESTORATION, ScriptedTests.End.NEVER);
    enter(MINIMAL);
    await().atMost(BOUND).until(() -> !InForce.on(kit.system()).none());
    settle(MINIMAL);
    await().atMost(BOUND).until(() -> story().stream().anyMatch(s -> s.startsWith("failed ")));
    await("everything is demanded again")
        .atMost(BOUND)
        .until(() -> liftedNow().isEmpty() && !InForce.on(kit.system()).none());
  }

  @Test
  void aNodeThatIsKilledOnItsWay_goesOnWithTheSameWayBack_throughAllPhases() {
    tests.ends.put(RestorationTest.THROUGHPUT_CAPACITY_TEST, ScriptedTests.End.NEVER);
    enter(MINIMAL);
    await().atMost(BOUND).until(() -> !InForce.on(kit.system()).none());
    settle(MINIMAL);
    await().atMost(BOUND).until(() -> tests.run.contains(RestorationTest.THROUGHPUT_CAPACITY_TEST));
    kit.stop(restoration);
    tests.ends.clear();
    tests.run.clear();
    restoration = wayBack(SETTINGS);
    awaitStory("restored at 10 %");
    assertEquals(RestorationTest.MEMORY_AVAILABILITY_CHECK, tests.run.get(0));
    assertEquals(
        1, events().stream().filter(RestorationEvent.RestorationBegun.class::isInstance).count());
    kit.stop(restoration);
    int percent = ReturnInForce.of(kit.system()).view().intakePercent();
    restoration = wayBack(SETTINGS);
    awaitStory(RestorationLife.FULL_FUNCTION);
    assertTrue(percent >= 10, "it went on at its stage of " + percent + " %");
    assertEquals(1, story().stream().filter("25 %"::equals).count());
  }

  @Test
  void checksThatFailAfterwards_leadBackIntoTheMode_andOutOfItAgain() {
    enter(MINIMAL);
    await().atMost(BOUND).until(() -> !InForce.on(kit.system()).none());
    settle(MINIMAL);
    awaitStory("restored at 10 %");
    tests.ends.put(RestorationTest.MEMORY_AVAILABILITY_CHECK, ScriptedTests.End.FAILS);
    awaitStory("Relapsed");
    assertEquals(
        ErrorNames.EMERGENCY_RECOVERY_RELAPSE, faults.receiveMessage(BOUND).sign().error());
    await("the mode holds again").atMost(BOUND).until(() -> !InForce.on(kit.system()).none());
    tests.ends.clear();
    awaitStory(RestorationLife.FULL_FUNCTION);
    assertTrue(InForce.on(kit.system()).none());
    assertEquals(
        2, events().stream().filter(RestorationEvent.ModesRestored.class::isInstance).count());
  }

  @Test
  void aGroundThatComesBack_endsTheWayBack_andTheNextBeginsAnew() {
    tests.ends.put(RestorationTest.DEVICE_FUNCTIONALITY_VERIFICATION, ScriptedTests.End.FAILS);
    enter(DEVICE);
    await().atMost(BOUND).until(() -> !InForce.on(kit.system()).none());
    settle(DEVICE);
    await().atMost(BOUND).until(() -> story().stream().anyMatch(s -> s.startsWith("failed ")));
    enter(DEVICE);
    awaitStory(RestorationEvent.RestorationEnded.GROUND_CAME_BACK);
    tests.ends.clear();
    settle(DEVICE);
    awaitStory("restored at 100 %");
    assertTrue(InForce.on(kit.system()).none());
    // A way back of one phase tests the resources alone.
    assertFalse(tests.run.contains(RestorationTest.DEVICE_OPERATIONS_RESTORATION));
  }

  @Test
  void aGroundThatComesBackInTheMiddleOfTheIntake_keepsItDown_untilTheNextWayBackRaisesIt() {
    kit.stop(restoration);
    Config slow =
        ConfigFactory.parseString(
                RestorationSettings.PATH + " { intake.dwell = 1h, watch-for = 1h }")
            .withFallback(SETTINGS);
    restoration = wayBack(slow);
    enter(MINIMAL);
    enter(DEVICE);
    await().atMost(BOUND).until(() -> holding() == 2);
    settle(MINIMAL);
    settle(DEVICE);
    await("both are left, and work is taken step by step")
        .atMost(BOUND)
        .until(() -> holding() == 0 && intake() == 10);
    await("one way back is of both").atMost(BOUND).until(() -> lastModes() == 2);
    // Alone it would not have taken less work, and its way back would begin with all of it.
    enter(DEVICE);
    awaitStory(RestorationEvent.RestorationEnded.GROUND_CAME_BACK);
    await().atMost(BOUND).until(() -> !ReturnInForce.of(kit.system()).view().underWay());
    assertEquals(10, intake());
    kit.stop(restoration);
    restoration = wayBack(SETTINGS);
    settle(DEVICE);
    awaitStory(RestorationLife.FULL_FUNCTION);
    List<String> story = story();
    List<String> after = story.subList(story.lastIndexOf("RestorationBegun"), story.size());
    assertTrue(
        after.containsAll(List.of("restored at 10 %", "25 %", "50 %", "75 %", "100 %")),
        after.toString());
    await().atMost(BOUND).until(() -> intake() == 100);
  }

  @Test
  void aPersonWhoClearsWhatCameBack_opensTheIntake() {
    kit.stop(restoration);
    restoration =
        wayBack(
            ConfigFactory.parseString(
                    RestorationSettings.PATH + " { intake.dwell = 1h, watch-for = 1h }")
                .withFallback(SETTINGS));
    enter(MINIMAL);
    await().atMost(BOUND).until(() -> holding() == 1);
    settle(MINIMAL);
    await().atMost(BOUND).until(() -> holding() == 0 && intake() == 10);
    enter(MINIMAL);
    awaitStory(RestorationEvent.RestorationEnded.GROUND_CAME_BACK);
    await().atMost(BOUND).until(() -> !ReturnInForce.of(kit.system()).view().underWay());
    assertEquals(10, intake());
    modes.tell(new ModeCommand.ClearOverride(MINIMAL, "alice", "mended", null));
    await().atMost(BOUND).until(() -> holding() == 0 && intake() == 100);
  }

  private static int holding() {
    return InForce.of(kit.system()).view().active().size();
  }

  private static int intake() {
    return ReturnInForce.of(kit.system()).view().intakePercent();
  }

  private int lastModes() {
    return events().stream()
        .filter(RestorationEvent.RestorationBegun.class::isInstance)
        .map(RestorationEvent.RestorationBegun.class::cast)
        .reduce((first, second) -> second)
        .map(begun -> begun.modes().size())
        .orElse(0);
  }
}
