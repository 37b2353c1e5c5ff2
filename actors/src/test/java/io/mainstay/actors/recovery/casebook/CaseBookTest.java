package io.mainstay.actors.recovery.casebook;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKeeper;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.protection.ComponentCensus;
import io.mainstay.actors.degradation.protection.ComponentHealth;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.engine.CoordinatorCommand;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.actors.recovery.escalation.ImpactAction;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.actors.support.LocalConfig;
import io.mainstay.persistence.casebook.CaseBookSettings;
import io.mainstay.persistence.escalation.EscalationState;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.recovery.RecoveryOutcome;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.protocol.WorkerBlame;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The case book with a real keeper of modes, and everybody else as they are told to be. */
class CaseBookTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final String PLACE = "device/cpu-0";
  private static final CaseSettings QUICK =
      new CaseSettings(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(10), 7);
  private static final AtomicInteger NODES = new AtomicInteger();
  private static ActorTestKit kit;
  private static PersistenceTestKit journal;

  private final EventStamper stamper = EventStamper.system();
  private EventMeta root = stamper.root();
  private final String node = "n" + NODES.incrementAndGet();
  private final List<EscalationState.Gate> gates = new CopyOnWriteArrayList<>();
  private final TestProbe<CoordinatorCommand> coordinator = kit.createTestProbe();
  private final TestProbe<AlertCommand> alerts = kit.createTestProbe();
  private final TestProbe<NotificationCommand> people = kit.createTestProbe();
  private final AtomicInteger looks = new AtomicInteger();
  private volatile boolean well;
  private ActorRef<LedgerCommand> ledger;
  private ActorRef<ModeCommand> modes;
  private ActorRef<CaseCommand> book;

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
    ModeSettings settings = ModeSettings.of(ConfigFactory.load());
    modes =
        kit.spawn(
            ModeKeeper.create(
                node,
                settings,
                new ModeRules(settings, List.of("cpu-0")),
                stamper,
                Clock.systemUTC()));
    ledger =
        kit.spawn(
            Behaviors.receive(LedgerCommand.class)
                .onMessage(
                    LedgerCommand.Get.class,
                    ask -> {
                      ask.replyTo().tell(new LedgerCommand.View(List.of(), List.of(), gates));
                      return Behaviors.same();
                    })
                .onAnyMessage(other -> Behaviors.same())
                .build());
    book = open(Cases.POLICY);
  }

  @AfterEach
  void end() {
    kit.stop(book);
    kit.stop(modes);
    kit.stop(ledger);
  }

  private ActorRef<CaseCommand> open(EscalationPolicy policy) {
    ActorRef<CaseCommand> opened =
        kit.spawn(
            CaseBook.create(
                node,
                QUICK,
                new CaseBookSettings(10, 100, 2),
                new CaseBook.Collaborators(
                    Cases.CATALOG,
                    policy,
                    Set.of("cpu-0"),
                    name -> true,
                    () -> CompletableFuture.completedFuture(census()),
                    ledger,
                    modes,
                    alerts.ref(),
                    people.ref(),
                    stamper,
                    Clock.systemUTC())));
    opened.tell(new CaseCommand.Follow(coordinator.ref()));
    return opened;
  }

  private ComponentCensus census() {
    looks.incrementAndGet();
    return new ComponentCensus(
        List.of(
            new ComponentHealth(
                "worker/cpu-0",
                well ? ComponentHealth.Health.HEALTHY : ComponentHealth.Health.UNHEALTHY,
                well ? "it gives account" : "there is none")));
  }

  private EscalationDecision decision(
      ErrorNames error, Severity severity, EscalationPolicy policy) {
    EscalationDecision plain =
        Cases.decision(error, PLACE, severity, WorkerBlame.INFRASTRUCTURE, 1, policy);
    return new EscalationDecision(
        plain.fault(), plain.escalation(), stamper.root(), stamper.root());
  }

  private void fails(ErrorNames error, String recoveryId) {
    ends(error, recoveryId, RecoveryOutcome.End.ROLLED_BACK);
  }

  private void ends(ErrorNames error, String recoveryId, RecoveryOutcome.End end) {
    RecoveryPlan plan =
        new RecoveryPlan(
            RecoveryPlan.Kind.STRATEGY,
            Cases.CATALOG.get(error).strategy().code(),
            node,
            error.code(),
            PLACE,
            1,
            RecoveryPlan.Flow.ALL,
            1_000,
            List.of(
                new RecoveryPlan.Step(
                    1, "device", "look", 1_000, 1, RecoveryPlan.OnFailure.GO_ON, "", Map.of())));
    book.tell(
        new CaseCommand.Ended(
            new RecoveryOutcome(
                recoveryId, plan, end, "no_device", "none serves", stamper.causedBy(root), false)));
  }

  private List<String> story() {
    return journal.persistedInStorage("Cases|" + node).stream()
        .map(event -> event.getClass().getSimpleName())
        .toList();
  }

  private void awaitStory(String... events) {
    await("the story is " + List.of(events))
        .atMost(BOUND)
        .untilAsserted(() -> assertEquals(List.of(events), story()));
  }

  private void awaitLooks(int more) {
    int before = looks.get();
    await("it looks at its cases").atMost(BOUND).until(() -> looks.get() > before + more);
  }

  private static boolean protects() {
    return InForce.of(kit.system()).view().active().stream()
        .anyMatch(active -> active.key().equals(CaseModes.PROTECTION));
  }

  private CoordinatorCommand.Again again() {
    return coordinator
        .fishForMessage(
            BOUND,
            command ->
                command instanceof CoordinatorCommand.Again
                    ? FishingOutcomes.complete()
                    : FishingOutcomes.continueAndIgnore())
        .stream()
        .map(CoordinatorCommand.Again.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void recoveryThatFails_isTriedAgainUnderItsPlannedName_alsoAfterARestart_andSucceeds() {
    ErrorNames error = ErrorNames.MEMORY_PRESSURE_WARNING;
    book.tell(new CaseCommand.Decided(decision(error, Severity.MEDIUM, Cases.POLICY)));
    fails(error, stamper.nextId());
    CoordinatorCommand.Again first = again();
    assertEquals(2, first.attempt());
    assertEquals(Cases.CATALOG.get(error).strategy().code(), first.name());
    kit.stop(book);
    book = open(Cases.POLICY);
    assertEquals(first.recoveryId(), again().recoveryId(), "the same one, not one more");
    fails(error, first.recoveryId());
    CoordinatorCommand.Again second = again();
    assertEquals(3, second.attempt());
    ends(error, second.recoveryId(), RecoveryOutcome.End.RECOVERED);
    awaitStory("CaseOpened", "RetryPlanned", "RetryPlanned", "RetrySucceeded", "CaseClosed");
  }

  @Test
  void criticalOne_isGivenUpAtOnce_protectsTheNode_andWaitsForAPerson_acrossARestart() {
    ErrorNames error = ErrorNames.PRIMARY_DEVICE_FAILURE;
    gates.add(new EscalationState.Gate(error.code(), PLACE, "e", Instant.now()));
    book.tell(new CaseCommand.Decided(decision(error, Severity.CRITICAL, Cases.POLICY)));
    fails(error, stamper.nextId());
    AlertCommand.Raise raised = alerts.expectMessageClass(AlertCommand.Raise.class, BOUND);
    assertEquals(CaseNotices.GIVEN_UP, raised.kind());
    assertTrue(
        raised.remedy().contains("mainstay errors acknowledge primary_device_failure"),
        raised.remedy());
    String advice = ImpactAction.of(Cases.CATALOG.get(error).impactScore()).advice();
    assertTrue(advice.contains("mainstay status") && raised.remedy().contains(advice), advice);
    assertEquals(
        Severity.CRITICAL,
        assertInstanceOf(NotificationCommand.Notify.class, people.receiveMessage(BOUND))
            .severity());
    await("the node protects itself").atMost(BOUND).until(CaseBookTest::protects);
    kit.stop(book);
    well = true;
    book = open(Cases.POLICY);
    awaitStory("CaseOpened", "RecoveryGivenUp", "CaseProtected", "CaseHealed");
    assertEquals(
        CaseNotices.PROTECTED, alerts.expectMessageClass(AlertCommand.Raise.class, BOUND).kind());
    assertTrue(protects(), "a person has not seen it yet");
    gates.clear();
    awaitStory("CaseOpened", "RecoveryGivenUp", "CaseProtected", "CaseHealed", "CaseClosed");
    await("no ground is left")
        .atMost(BOUND)
        .until(
            () ->
                InForce.of(kit.system()).view().active().stream()
                    .allMatch(active -> active.grounds().isEmpty()));
  }

  @Test
  void whatAPersonHadBegin_isNoCase_whenItFails() {
    String id = stamper.nextId();
    root = stamper.root();
    fails(ErrorNames.MEMORY_PRESSURE_WARNING, id);
    TestProbe<CaseCommand.View> probe = kit.createTestProbe();
    book.tell(new CaseCommand.Get(probe.ref()));
    assertEquals(List.of(), probe.receiveMessage(BOUND).cases());
  }

  @Test
  void whatHealsByItself_protectsNothing() {
    ErrorNames error = ErrorNames.PRIMARY_DEVICE_FAILURE;
    well = true;
    book.tell(new CaseCommand.Decided(decision(error, Severity.CRITICAL, Cases.POLICY)));
    fails(error, stamper.nextId());
    awaitStory("CaseOpened", "RecoveryGivenUp", "CaseClosed");
  }

  @Test
  void whatIsHeld_beginsWhenAPersonAgrees_alsoInALaterLife() {
    EscalationPolicy before = Cases.policy("manual-gate = before-recovery");
    kit.stop(book);
    book = open(before);
    ErrorNames error = ErrorNames.PRIMARY_DEVICE_FAILURE;
    gates.add(new EscalationState.Gate(error.code(), PLACE, "e", Instant.now()));
    EscalationDecision decision = decision(error, Severity.CRITICAL, before);
    book.tell(new CaseCommand.Decided(decision));
    awaitStory("CaseOpened", "CaseProtected");
    coordinator.expectNoMessage(Duration.ofMillis(50));
    kit.stop(book);
    gates.clear();
    book = open(before);
    CoordinatorCommand.Released released =
        coordinator.expectMessageClass(CoordinatorCommand.Released.class, BOUND);
    assertEquals(decision.decided(), released.decision().decided());
    assertEquals(decision.escalation().priority(), released.decision().escalation().priority());
  }

  @Test
  void whatWasReleased_isReleasedAgainToWhoeverBeginsRecoveriesNext() {
    EscalationPolicy before = Cases.policy("manual-gate = before-recovery");
    kit.stop(book);
    book = open(before);
    EscalationDecision decision =
        decision(ErrorNames.PRIMARY_DEVICE_FAILURE, Severity.CRITICAL, before);
    book.tell(new CaseCommand.Decided(decision));
    coordinator.expectMessageClass(CoordinatorCommand.Released.class, BOUND);
    TestProbe<CoordinatorCommand> next = kit.createTestProbe();
    book.tell(new CaseCommand.Follow(next.ref()));
    assertEquals(
        decision.decided(),
        next.expectMessageClass(CoordinatorCommand.Released.class, BOUND).decision().decided());
  }

  @Test
  void whoeverBeginsRecoveriesNext_isToldOfThePausesToo() {
    ErrorNames error = ErrorNames.MEMORY_PRESSURE_WARNING;
    book.tell(new CaseCommand.Decided(decision(error, Severity.MEDIUM, Cases.POLICY)));
    fails(error, stamper.nextId());
    CoordinatorCommand.Pausing first =
        coordinator.expectMessageClass(CoordinatorCommand.Pausing.class, BOUND);
    TestProbe<CoordinatorCommand> next = kit.createTestProbe();
    book.tell(new CaseCommand.Follow(next.ref()));
    assertEquals(
        first.name(), next.expectMessageClass(CoordinatorCommand.Pausing.class, BOUND).name());
  }

  @Test
  void keeperOfModesThatFails_isToldAgain_toEnterAndToLeave() {
    kit.stop(book);
    AtomicInteger refusals = new AtomicInteger(2);
    ActorRef<ModeCommand> keeper = modes;
    ActorRef<ModeCommand> unready =
        kit.spawn(
            Behaviors.receive(ModeCommand.class)
                .onMessage(
                    ModeCommand.Enter.class,
                    enter -> {
                      refuse(keeper, enter, enter.replyTo(), refusals.getAndDecrement() > 0);
                      return Behaviors.same();
                    })
                .onMessage(
                    ModeCommand.Leave.class,
                    leave -> {
                      refuse(keeper, leave, leave.replyTo(), refusals.getAndDecrement() > 0);
                      return Behaviors.same();
                    })
                .onAnyMessage(
                    other -> {
                      keeper.tell(other);
                      return Behaviors.same();
                    })
                .build());
    modes = unready;
    book = open(Cases.POLICY);
    modes = keeper;
    ErrorNames error = ErrorNames.PRIMARY_DEVICE_FAILURE;
    gates.add(new EscalationState.Gate(error.code(), PLACE, "e", Instant.now()));
    book.tell(new CaseCommand.Decided(decision(error, Severity.CRITICAL, Cases.POLICY)));
    fails(error, stamper.nextId());
    await("its modes hold in the end").atMost(BOUND).until(CaseBookTest::protects);
    refusals.set(1);
    well = true;
    gates.clear();
    awaitStory("CaseOpened", "RecoveryGivenUp", "CaseProtected", "CaseHealed", "CaseClosed");
    await("no ground is left")
        .atMost(BOUND)
        .until(
            () ->
                InForce.of(kit.system()).view().active().stream()
                    .allMatch(active -> active.grounds().isEmpty()));
    kit.stop(unready);
  }

  @Test
  void modeThatTheSettingsKeepOut_isNotAskedForAgain_andKeepsNoPersonFromClearingTheOthers() {
    ErrorNames error = ErrorNames.DEVICE_DISCOVERY_FAILURE;
    gates.add(new EscalationState.Gate(error.code(), PLACE, "e", Instant.now()));
    ActorRef<ModeCommand> keeper = modes;
    AtomicInteger refused = new AtomicInteger();
    ActorRef<ModeCommand> without =
        kit.spawn(
            Behaviors.receive(ModeCommand.class)
                .onMessage(
                    ModeCommand.Enter.class,
                    enter -> {
                      if (enter.key().equals(CaseModes.PROTECTION)) {
                        keeper.tell(enter);
                      } else {
                        refused.incrementAndGet();
                        enter
                            .replyTo()
                            .tell(
                                StatusReply.error(
                                    Refusal.of("trigger_not_listed", "kept out", "List it")));
                      }
                      return Behaviors.same();
                    })
                .onAnyMessage(
                    other -> {
                      keeper.tell(other);
                      return Behaviors.same();
                    })
                .build());
    kit.stop(book);
    modes = without;
    book = open(Cases.POLICY);
    modes = keeper;
    book.tell(new CaseCommand.Decided(decision(error, Severity.CRITICAL, Cases.POLICY)));
    fails(error, stamper.nextId());
    await().atMost(BOUND).until(CaseBookTest::protects);
    awaitLooks(16);
    int asked = refused.get();
    awaitLooks(32);
    assertEquals(asked, refused.get(), "what is not entered is told again every 15 looks");
    modes.tell(new ModeCommand.ClearOverride(CaseModes.PROTECTION, "alice", "mended", null));
    awaitStory("CaseOpened", "RecoveryGivenUp", "CaseProtected", "CaseClosed");
    kit.stop(without);
  }

  /** Where nothing holds because the settings keep all of it out, no person has cleared it. */
  @Test
  void caseOfWhichAllModesAreKeptOut_staysOpen() {
    ErrorNames error = ErrorNames.DEVICE_DISCOVERY_FAILURE;
    gates.add(new EscalationState.Gate(error.code(), PLACE, "e", Instant.now()));
    ActorRef<ModeCommand> none =
        kit.spawn(
            Behaviors.receive(ModeCommand.class)
                .onMessage(
                    ModeCommand.Enter.class,
                    enter -> {
                      enter
                          .replyTo()
                          .tell(
                              StatusReply.error(
                                  Refusal.of("trigger_not_listed", "kept out", "List it")));
                      return Behaviors.same();
                    })
                .onAnyMessage(other -> Behaviors.same())
                .build());
    kit.stop(book);
    ActorRef<ModeCommand> keeper = modes;
    modes = none;
    book = open(Cases.POLICY);
    modes = keeper;
    book.tell(new CaseCommand.Decided(decision(error, Severity.CRITICAL, Cases.POLICY)));
    fails(error, stamper.nextId());
    awaitStory("CaseOpened", "RecoveryGivenUp", "CaseProtected");
    awaitLooks(4);
    assertFalse(story().contains("CaseClosed"), story().toString());
    kit.stop(none);
  }

  private static void refuse(
      ActorRef<ModeCommand> keeper,
      ModeCommand command,
      ActorRef<StatusReply<ModeView>> replyTo,
      boolean refused) {
    if (refused) {
      replyTo.tell(StatusReply.error("the journal takes nothing"));
    } else {
      keeper.tell(command);
    }
  }

  @Test
  void personWhoClearsTheModes_closesTheCase() {
    ErrorNames error = ErrorNames.DEVICE_DISCOVERY_FAILURE;
    gates.add(new EscalationState.Gate(error.code(), PLACE, "e", Instant.now()));
    book.tell(new CaseCommand.Decided(decision(error, Severity.CRITICAL, Cases.POLICY)));
    fails(error, stamper.nextId());
    await().atMost(BOUND).until(CaseBookTest::protects);
    InForce.of(kit.system())
        .view()
        .active()
        .forEach(
            active ->
                modes.tell(new ModeCommand.ClearOverride(active.key(), "alice", "mended", null)));
    awaitStory("CaseOpened", "RecoveryGivenUp", "CaseProtected", "CaseClosed");
  }
}
