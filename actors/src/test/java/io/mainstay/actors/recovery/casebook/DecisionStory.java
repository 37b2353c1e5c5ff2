package io.mainstay.actors.recovery.casebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.degradation.protection.ComponentCensus;
import io.mainstay.actors.degradation.protection.ComponentHealth;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.Fault;
import io.mainstay.actors.recovery.action.ShippedRecoveries;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.engine.PureEngine;
import io.mainstay.actors.recovery.engine.RecoveryBook;
import io.mainstay.actors.recovery.escalation.ContextualSeverity;
import io.mainstay.actors.recovery.escalation.CriticalProtection;
import io.mainstay.actors.recovery.escalation.Escalation;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.actors.recovery.escalation.FaultContext;
import io.mainstay.persistence.casebook.CaseBookState;
import io.mainstay.persistence.casebook.CaseEvent;
import io.mainstay.persistence.casebook.OpenCase;
import io.mainstay.persistence.escalation.EscalationEvent;
import io.mainstay.persistence.escalation.EscalationSettings;
import io.mainstay.persistence.escalation.EscalationState;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.protocol.WorkerBlame;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A sequence of faults with their times, drawn from a seed, and all that the pure layer decides
 * about it: severity, escalation, what begins, joins or waits, retries, gates and modes. Whether a
 * recovery succeeds, a place is well or a person looks is drawn too: it is the world's part. Checks
 * at every step that no promise is broken.
 */
final class DecisionStory {
  private static final RecoveryBook BOOK = ShippedRecoveries.book();
  private static final EscalationSettings WINDOW = EscalationSettings.of(Cases.CONFIG);
  private static final List<String> PLACES =
      List.of("device/cpu-0", "device/cpu-1", "model/minilm", "memory/system", "node");
  private static final int NEVER_ENDING = 1_000_000;

  private record Due(long at, int order, Runnable what) {}

  private final EscalationPolicy policy;
  private final SplittableRandom world;
  private final CaseLife life;
  private final PureEngine engine;
  private final List<String> told = new ArrayList<>();
  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingInt(Due::order));
  private final Map<String, Long> raisedAt = new HashMap<>();
  private EscalationState ledger = EscalationState.empty();
  private CaseBookState cases = CaseBookState.empty();
  private long now = Cases.START.toEpochMilli();
  private int order;
  private int ids;
  private boolean looking;

  private DecisionStory(long seed, EscalationPolicy policy) {
    this.policy = policy;
    this.world = new SplittableRandom(seed);
    this.life = Cases.life(policy);
    this.engine = new PureEngine(BOOK, this::began);
  }

  /** The decisions, one line each. */
  static List<String> of(long seed, int faults, EscalationPolicy policy) {
    DecisionStory story = new DecisionStory(seed, policy);
    for (int i = 0; i < faults; i++) {
      long in = story.world.nextInt(120_000) * (long) (i + 1) / 4;
      story.at(in, story::fault);
    }
    for (int steps = 0; !story.due.isEmpty(); steps++) {
      assertTrue(steps < NEVER_ENDING, "it never ends");
      Due next = story.due.remove();
      story.now = next.at();
      next.what().run();
    }
    return story.told;
  }

  /** Prints the decisions: another process must come to the same. */
  public static void main(String[] args) {
    of(Long.parseLong(args[0]), Integer.parseInt(args[1]), Cases.POLICY)
        .forEach(System.out::println);
  }

  private void at(long inMillis, Runnable what) {
    due.add(new Due(now + inMillis, order++, what));
  }

  private void say(String what) {
    told.add((now - Cases.START.toEpochMilli()) + " " + what);
  }

  private EventMeta meta() {
    return EventMeta.root("e" + ids++, Instant.ofEpochMilli(now));
  }

  // ---- faults

  private void fault() {
    List<ErrorDefinition> all = List.copyOf(Cases.CATALOG.all());
    // Few of many, so that the same comes again.
    ErrorDefinition error = all.get(world.nextInt(8) * (all.size() / 8));
    String place = PLACES.get(world.nextInt(PLACES.size()));
    WorkerBlame blame =
        world.nextInt(6) == 0
            ? WorkerBlame.values()[world.nextInt(WorkerBlame.values().length)]
            : error.blame();
    ContextualSeverity severity =
        ContextualSeverity.of(
            error,
            blame,
            new FaultContext(world.nextInt(3), 2, 1 + world.nextInt(4), world.nextInt(5) == 0),
            policy);
    boolean counts =
        Escalation.counts(
            blame, ledger.lastAt(error.name(), place).map(last -> now - last), policy);
    int more = counts ? 1 : 0;
    String domain = error.domain().name().toLowerCase(Locale.ROOT);
    int ofError = more + ledger.perHourOfError(error.name(), now, WINDOW);
    int ofDomain = more + ledger.perHourOfDomain(domain, now, WINDOW);
    Escalation escalation =
        Escalation.decide(error, severity.severity(), blame, ofError, ofDomain, policy);
    EventMeta meta = meta();
    ledger = ledger.after(event(meta, error, place, blame, counts, escalation, domain), WINDOW);
    EscalationDecision decision =
        new EscalationDecision(
            new Fault(error, place, blame, "seen", null), escalation, meta, meta);
    raisedAt.put(error.name() + place, now);
    say(
        "FAULT %s %s %s level %d retries %d gate %s protection %s"
            .formatted(
                error.name(),
                place,
                escalation.severity(),
                escalation.frequency().level(),
                escalation.retries(),
                escalation.gate(),
                escalation.protection()));
    if (!blame.countsAgainstHealth()) {
      assertTrue(!escalation.protection(), "a caller's fault protects: " + error.name());
    }
    int before = cases.cases().size();
    carryOut(life.decided(cases.find(error.name(), place), decision));
    if (!blame.countsAgainstHealth()) {
      assertEquals(before, cases.cases().size(), "a caller's fault is a case: " + error.name());
    }
    if (!decision.needsAgreement()
        || CaseLife.releases(cases.find(error.name(), place), decision)) {
      engine.want(decision);
    }
  }

  private static EscalationEvent event(
      EventMeta meta,
      ErrorDefinition error,
      String place,
      WorkerBlame blame,
      boolean counts,
      Escalation escalation,
      String domain) {
    return new EscalationEvent.EscalationDecided(
        meta,
        error.name(),
        place,
        domain,
        error.category().code(),
        blame.name(),
        escalation.severity().name().toLowerCase(Locale.ROOT),
        List.of(),
        counts,
        1,
        0,
        0,
        escalation.frequency().action(),
        escalation.frequency().level(),
        escalation.urgency().code(),
        escalation.impactScore(),
        escalation.impact().code(),
        escalation.pair().code(),
        escalation.priority().number(),
        escalation.retries(),
        escalation.notifyUser(),
        escalation.gate().code(),
        escalation.protection(),
        escalation.strategy().code(),
        escalation.cascade().map(CatalogName::code).orElse(""),
        List.of());
  }

  // ---- recoveries

  private void began(String what, PureEngine.Begun begun) {
    say(what);
    if (begun != null) {
      boolean succeeds = world.nextInt(3) > 0;
      at(50 + world.nextInt(20_000), () -> ended(begun, succeeds));
    }
  }

  private void ended(PureEngine.Begun begun, boolean succeeds) {
    Fault fault = begun.decision().fault();
    String code = fault.definition().name();
    say("ENDED " + begun.name() + " " + fault.component() + " " + succeeds);
    ledger =
        ledger.after(
            new EscalationEvent.RecoveryCounted(
                meta(),
                code,
                fault.component(),
                fault.definition().domain().name().toLowerCase(Locale.ROOT),
                1,
                succeeds),
            WINDOW);
    carryOut(
        life.ended(
            cases.find(code, fault.component()),
            begun.decision(),
            new CaseLife.Ended(
                begun.kind(), begun.name(), begun.id(), succeeds, false, succeeds ? "" : "failed"),
            "again" + ids++));
    engine.end(begun.id());
  }

  // ---- cases

  private void carryOut(List<CaseFact> facts) {
    for (CaseFact fact : facts) {
      CaseEvent event = fact.apply(meta());
      Optional<OpenCase> before = cases.find(event.code(), event.component());
      cases = cases.after(event);
      say(event.getClass().getSimpleName() + " " + event.code() + " " + event.component());
      check(event, before);
      if (event instanceof CaseEvent.RetryPlanned planned) {
        say("RETRY %d in %d ms".formatted(planned.retry(), planned.pauseMillis()));
        at(planned.pauseMillis(), () -> again(planned));
      } else if (event instanceof CaseEvent.CaseReleased) {
        decision(event).ifPresent(engine::want);
      }
    }
    if (!looking && !cases.cases().isEmpty()) {
      looking = true;
      at(2_000, this::look);
    }
  }

  private Optional<EscalationDecision> decision(CaseEvent event) {
    return cases
        .find(event.code(), event.component())
        .flatMap(new CaseDecisions(Cases.CATALOG, policy)::of);
  }

  private void again(CaseEvent.RetryPlanned planned) {
    boolean waits =
        cases
            .find(planned.code(), planned.component())
            .flatMap(one -> one.attempt(planned.recovery()))
            .filter(attempt -> attempt.nextRecoveryId().equals(planned.nextRecoveryId()))
            .isPresent();
    if (waits) {
      decision(planned)
          .ifPresent(
              decision ->
                  engine.again(
                      planned.nextRecoveryId(), planned.recovery(), planned.retry() + 1, decision));
    }
  }

  private void check(CaseEvent event, Optional<OpenCase> before) {
    ErrorDefinition error = Cases.CATALOG.named(event.code()).orElseThrow();
    if (event instanceof CaseEvent.RetryPlanned planned) {
      int most = policy.retry(error.category()).most();
      assertTrue(planned.retry() <= planned.retriesMost(), planned.toString());
      assertTrue(planned.retriesMost() <= most, planned.toString());
      assertTrue(
          planned.pauseMillis() <= policy.retry(error.category()).cap().toMillis(),
          planned.toString());
    } else if (event instanceof CaseEvent.CaseProtected guarded
        && !guarded.untilQuiet()
        && policy.criticalProtection() != CriticalProtection.AT_ONCE) {
      assertTrue(
          before.isPresent() && (before.get().held() || !before.get().attempts().isEmpty()),
          "nothing was given up: " + guarded);
    } else if (event instanceof CaseEvent.CaseReleased) {
      assertTrue(before.orElseThrow().held(), event.toString());
    }
  }

  private void look() {
    looking = false;
    boolean well = world.nextInt(3) > 0;
    boolean seen = world.nextInt(20) == 0;
    for (OpenCase one : cases.cases()) {
      if (seen) {
        ledger =
            ledger.after(
                new EscalationEvent.GateAcknowledged(meta(), one.code(), "alice", ""), WINDOW);
      }
      boolean closed =
          ledger.gates().stream()
              .anyMatch(
                  gate ->
                      gate.code().equals(one.code()) && gate.component().equals(one.component()));
      long quiet = now - raisedAt.getOrDefault(one.code() + one.component(), 0L);
      carryOut(
          life.look(
              one,
              new CaseLife.Seen(
                  Instant.ofEpochMilli(now),
                  Optional.of(census(well)),
                  closed,
                  Duration.ofMillis(quiet),
                  Duration.ofDays(1))));
    }
    if (!looking && !cases.cases().isEmpty()) {
      looking = true;
      at(2_000, this::look);
    }
  }

  private static ComponentCensus census(boolean well) {
    return new ComponentCensus(
        PLACES.stream()
            .map(
                place ->
                    new ComponentHealth(
                        place.contains("/") ? place : "domain/" + place,
                        well ? ComponentHealth.Health.HEALTHY : ComponentHealth.Health.UNHEALTHY,
                        "seen"))
            .toList());
  }
}
