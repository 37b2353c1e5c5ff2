package io.mainstay.actors.recovery.escalation;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.entity.WriteFailures;
import io.mainstay.persistence.escalation.EscalationEvent;
import io.mainstay.persistence.escalation.EscalationSettings;
import io.mainstay.persistence.escalation.EscalationState;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The node's faults, {@code Escalation|<node>}: counts them by the hour, journals how far each is
 * escalated, and offers the decision to subscribers once it is durable. Node-local, not sharded. A
 * persist that fails stops it: its owner starts it again, subscribers stay, and what is true is
 * what recovery reads.
 */
public final class FaultLedger
    extends EventSourcedBehavior<LedgerCommand, EscalationEvent, EscalationState> {
  private final ActorContext<LedgerCommand> ctx;
  private final ErrorCatalog catalog;
  private final EscalationPolicy policy;
  private final EscalationSettings settings;
  private final EventStamper stamper;
  private final Set<ActorRef<EscalationDecision>> subscribers;

  private FaultLedger(
      ActorContext<LedgerCommand> ctx,
      String node,
      ErrorCatalog catalog,
      EscalationPolicy policy,
      EscalationSettings settings,
      EventStamper stamper,
      Set<ActorRef<EscalationDecision>> subscribers) {
    super(PersistenceId.of(EscalationState.TYPE, node), WriteFailures.strategy(ctx.getSystem()));
    this.ctx = ctx;
    this.catalog = catalog;
    this.policy = policy;
    this.settings = settings;
    this.stamper = stamper;
    this.subscribers = subscribers;
    // After a restart of this actor they are watched anew.
    subscribers.forEach(known -> ctx.watchWith(known, new LedgerCommand.Gone(known)));
  }

  /** The ledger of a node; once per node. */
  public static Behavior<LedgerCommand> create(
      String node,
      ErrorCatalog catalog,
      EscalationPolicy policy,
      EscalationSettings settings,
      EventStamper stamper) {
    Set<ActorRef<EscalationDecision>> subscribers = new LinkedHashSet<>();
    return Behaviors.setup(
        ctx -> new FaultLedger(ctx, node, catalog, policy, settings, stamper, subscribers));
  }

  @Override
  public EscalationState emptyState() {
    return EscalationState.empty();
  }

  @Override
  public EventHandler<EscalationState, EscalationEvent> eventHandler() {
    return (state, event) -> state.after(event, settings);
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(settings.snapshotEvery(), settings.snapshotsKept());
  }

  @Override
  public CommandHandler<LedgerCommand, EscalationEvent, EscalationState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(LedgerCommand.Note.class, this::note)
        .onCommand(LedgerCommand.RecoveryEnded.class, this::recoveryEnded)
        .onCommand(LedgerCommand.NotBegun.class, (state, told) -> notBegun(told))
        .onCommand(LedgerCommand.Subscribe.class, this::subscribe)
        .onCommand(LedgerCommand.Gone.class, this::gone)
        .onCommand(LedgerCommand.Acknowledge.class, this::acknowledge)
        .onCommand(LedgerCommand.Get.class, this::get)
        .build();
  }

  private Effect<EscalationEvent, EscalationState> note(
      EscalationState state, LedgerCommand.Note note) {
    ErrorDefinition error = note.fault().definition();
    EventMeta meta = stamper.causedBy(note.raised());
    long now = meta.at().toEpochMilli();
    boolean counts =
        Escalation.counts(
                note.fault().blame(),
                state.lastAt(error.name(), note.fault().component()).map(last -> now - last),
                policy)
            && (policy.countsEvery() || !isIsolated(note.fault().component()));
    int more = counts ? note.occurrences() : 0;
    int ofError = more + state.perHourOfError(error.name(), now, settings);
    int ofDomain = more + state.perHourOfDomain(lower(error.domain()), now, settings);
    Escalation escalation =
        Escalation.decide(error, note.severity(), note.fault().blame(), ofError, ofDomain, policy);
    EscalationDecision decision =
        new EscalationDecision(note.fault(), escalation, note.raised(), meta, counts);
    return Effect()
        .persist(event(meta, note, escalation, counts, ofError, ofDomain))
        .thenRun(
            after -> {
              // Not before: a recovery's cause must be in the journal.
              tell(decision);
              sayIfMany(after, now, meta);
            });
  }

  /** What is out of service already is no further reason to protect the node. */
  private boolean isIsolated(String component) {
    return InForce.of(ctx.getSystem()).view().isolates(component);
  }

  private static EscalationEvent event(
      EventMeta meta,
      LedgerCommand.Note note,
      Escalation escalation,
      boolean counts,
      int ofError,
      int ofDomain) {
    ErrorDefinition error = note.fault().definition();
    return new EscalationEvent.EscalationDecided(
        meta,
        error.name(),
        note.fault().component(),
        lower(error.domain()),
        error.category().code(),
        lower(note.fault().blame()),
        lower(escalation.severity()),
        note.context(),
        counts,
        note.occurrences(),
        ofError,
        ofDomain,
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
        escalation.modes().stream().map(CatalogName::code).sorted().toList());
  }

  private void tell(EscalationDecision decision) {
    subscribers.forEach(subscriber -> subscriber.tell(decision));
  }

  /** Once; the event of it forgets those that led to it. */
  private void sayIfMany(EscalationState state, long now, EventMeta cause) {
    int critical = state.criticalWithin(policy.multipleWindow().toMillis(), now);
    if (critical >= policy.multipleCritical()) {
      FaultVoice.of(ctx.getSystem())
          .raise(
              "node",
              Recognised.of(
                  ErrorNames.MULTIPLE_CRITICAL_FAILURES,
                  critical
                      + " critical errors within "
                      + policy.multipleWindow().toSeconds()
                      + " s"),
              cause);
    }
  }

  private Effect<EscalationEvent, EscalationState> recoveryEnded(
      EscalationState state, LedgerCommand.RecoveryEnded ended) {
    ErrorDefinition error = catalog.get(ended.error());
    if (!ended.succeeded() && !policy.countsEvery() && isIsolated(ended.component())) {
      if (ended.replyTo() != null) {
        ended.replyTo().tell(Done.getInstance());
      }
      return Effect().none();
    }
    return Effect()
        .persist(
            new EscalationEvent.RecoveryCounted(
                stamper.causedBy(ended.cause()),
                error.name(),
                ended.component(),
                lower(error.domain()),
                ended.attempts(),
                ended.succeeded()))
        .thenRun(
            after -> {
              if (ended.replyTo() != null) {
                ended.replyTo().tell(Done.getInstance());
              }
            });
  }

  private Effect<EscalationEvent, EscalationState> notBegun(LedgerCommand.NotBegun told) {
    EscalationDecision decision = told.decision();
    return Effect()
        .persist(
            new EscalationEvent.RecoveryNotBegun(
                stamper.causedBy(decision.decided()),
                decision.fault().definition().name(),
                decision.fault().component(),
                told.recovery(),
                told.why(),
                told.recoveryId(),
                told.escalationId()));
  }

  private Effect<EscalationEvent, EscalationState> subscribe(
      EscalationState state, LedgerCommand.Subscribe subscribe) {
    if (subscribers.add(subscribe.subscriber())) {
      ctx.watchWith(subscribe.subscriber(), new LedgerCommand.Gone(subscribe.subscriber()));
    }
    return Effect().none();
  }

  private Effect<EscalationEvent, EscalationState> gone(
      EscalationState state, LedgerCommand.Gone gone) {
    subscribers.remove(gone.subscriber());
    return Effect().none();
  }

  private Effect<EscalationEvent, EscalationState> acknowledge(
      EscalationState state, LedgerCommand.Acknowledge seen) {
    Optional<EscalationState.Gate> gate =
        state.gates().stream().filter(known -> known.code().equals(seen.code())).findFirst();
    if (gate.isEmpty()) {
      String closed =
          state.gates().isEmpty()
              ? "none"
              : String.join(
                  ", ", state.gates().stream().map(EscalationState.Gate::code).distinct().toList());
      return Effect()
          .none()
          .thenRun(
              after ->
                  seen.replyTo()
                      .tell(
                          StatusReply.error(
                              "no gate of " + seen.code() + " is closed; closed: " + closed)));
    }
    return Effect()
        .persist(
            new EscalationEvent.GateAcknowledged(
                stamper.root(), seen.code(), seen.by(), seen.note()))
        .thenRun(after -> seen.replyTo().tell(StatusReply.ack()));
  }

  private Effect<EscalationEvent, EscalationState> get(
      EscalationState state, LedgerCommand.Get get) {
    long now = stamper.root().at().toEpochMilli();
    List<LedgerCommand.View.PerHour> perHour =
        state.tallies().stream()
            .map(
                tally ->
                    new LedgerCommand.View.PerHour(
                        tally.code(), state.perHourOfError(tally.code(), now, settings)))
            .filter(one -> one.count() > 0)
            .toList();
    LedgerCommand.View view = new LedgerCommand.View(state.tallies(), perHour, state.gates());
    return Effect().none().thenRun(after -> get.replyTo().tell(view));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
