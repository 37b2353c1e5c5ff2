package io.mainstay.actors.recovery;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.recovery.escalation.ContextualSeverity;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.actors.recovery.escalation.FaultContext;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.history.FaultEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Hears of every fault, thrown or said, every directive and every component of a node that stopped
 * for good; finds how bad each is in its context, journals faults and directives as cause and
 * effect, counts them, and hands each to the ledger once it is durable. It decides nothing about a
 * child that threw: the boundary around it has done that by the time this hears of it.
 */
public final class RecoverySupervisor {
  private static final int WRITING_MAX = 1_000;

  /**
   * Whom it works with.
   *
   * @param log the node's log of faults
   * @param ledger counts faults and decides how far they are escalated
   */
  public record Collaborators(
      ErrorCatalog catalog,
      ActorRef<HistoryLog.Command<FaultEvent>> log,
      ActorRef<LedgerCommand> ledger,
      EventStamper stamper,
      LongSupplier nanoTime) {}

  private final ActorContext<RecoveryCommand> ctx;
  private final TimerScheduler<RecoveryCommand> timers;
  private final Duration writtenWithin;
  private final EscalationPolicy policy;
  private final Collaborators with;
  private final FaultJournal journal;
  private final FaultClassifier classifier;
  private final ActorRef<EventMeta> written;

  /** What the ledger is told once its directive is durable, by the directive's event. */
  private final Map<String, LedgerCommand.Note> writing = new LinkedHashMap<>();

  private FaultSifter sifter;
  private Recurrence recurrence;
  private int devicesServing;
  private int devices;
  private boolean degraded;
  private long faults;
  private long stopped;

  private RecoverySupervisor(
      ActorContext<RecoveryCommand> ctx,
      TimerScheduler<RecoveryCommand> timers,
      FaultSettings settings,
      EscalationPolicy policy,
      Collaborators with) {
    this.ctx = ctx;
    this.timers = timers;
    this.writtenWithin = settings.writtenWithin();
    this.policy = policy;
    this.with = with;
    this.journal = new FaultJournal(with.log(), with.stamper());
    this.classifier = new FaultClassifier(with.catalog());
    this.sifter = FaultSifter.begin(settings.limits());
    this.recurrence = Recurrence.within(policy.repeatWindow().toMillis());
    this.written =
        ctx.messageAdapter(EventMeta.class, meta -> new RecoveryCommand.Written(meta.eventId()));
    ctx.getSystem()
        .eventStream()
        .tell(
            new EventStream.Subscribe<>(RecoveryCommand.RaiseFault.class, ctx.getSelf().narrow()));
  }

  /** The supervisor of a node's recoveries. */
  public static Behavior<RecoveryCommand> create(
      FaultSettings settings, EscalationPolicy policy, Collaborators with) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new RecoverySupervisor(ctx, timers, settings, policy, with).watching()));
  }

  private Behavior<RecoveryCommand> watching() {
    return Behaviors.receive(RecoveryCommand.class)
        .onMessage(RecoveryCommand.ReportFault.class, this::onThrown)
        .onMessage(RecoveryCommand.RaiseFault.class, this::onSaid)
        .onMessage(RecoveryCommand.ReportStopped.class, this::onStopped)
        .onMessage(RecoveryCommand.DevicesServing.class, this::onDevices)
        .onMessage(RecoveryCommand.Degraded.class, this::onDegraded)
        .onMessage(RecoveryCommand.Written.class, said -> escalate(said.directiveId()))
        .onMessage(RecoveryCommand.WriteOverdue.class, late -> escalate(late.directiveId()))
        .onMessage(RecoveryCommand.GetCounts.class, this::onCounts)
        .build();
  }

  /** Supervision has acted already. */
  private Behavior<RecoveryCommand> onThrown(RecoveryCommand.ReportFault report) {
    take(report.fault(), report.directive(), report.fault().definition().message());
    return Behaviors.same();
  }

  /** Nobody threw: whoever recovers from it acts. */
  private Behavior<RecoveryCommand> onSaid(RecoveryCommand.RaiseFault said) {
    Fault fault = classifier.classify(said.component(), said.sign(), said.cause());
    ErrorDefinition definition = fault.definition();
    take(
        fault,
        definition.priority().directive(),
        definition.message() + " Recovered by " + definition.strategy().code() + ".");
    return Behaviors.same();
  }

  private void take(Fault fault, String directive, String reason) {
    ErrorNames error = fault.definition().error();
    long now = with.nanoTime().getAsLong() / 1_000_000;
    FaultSifter.Step step = sifter.take(error, fault.component(), fault.evidence(), now);
    sifter = step.next();
    if (step.verdict() == FaultSifter.Verdict.SAME) {
      return;
    }
    faults++;
    recurrence = recurrence.with(error, fault.component(), now);
    if (step.verdict() == FaultSifter.Verdict.LEAVE_OUT) {
      return;
    }
    String evidence =
        step.leftOut() == 0
            ? fault.evidence()
            : fault.evidence() + "; " + step.leftOut() + " more before it were only counted";
    ContextualSeverity severity =
        ContextualSeverity.of(
            fault.definition(),
            fault.blame(),
            new FaultContext(
                devicesServing, devices, recurrence.of(error, fault.component()), degraded),
            policy);
    EventMeta raised = journal.raised(fault, severity.severity(), evidence);
    EventMeta directed = journal.directed(raised, fault, directive, reason, written);
    ctx.getLog()
        .warn(
            "fault handled code={} component={} severity={} directive={} evidence={}",
            fault.definition().name(),
            fault.component(),
            severity.severity(),
            directive,
            evidence);
    handOn(
        directed,
        new LedgerCommand.Note(
            fault, severity.severity(), severity.context(), 1 + step.leftOut(), raised));
  }

  /** Without a journal nothing becomes durable: what says so does not wait for it. */
  private void handOn(EventMeta directed, LedgerCommand.Note note) {
    if (note.fault().definition().error() == ErrorNames.DATABASE_FAILURE
        || writing.size() >= WRITING_MAX) {
      with.ledger().tell(note);
      return;
    }
    writing.put(directed.eventId(), note);
    timers.startSingleTimer(
        directed.eventId(), new RecoveryCommand.WriteOverdue(directed.eventId()), writtenWithin);
  }

  private Behavior<RecoveryCommand> escalate(String directiveId) {
    LedgerCommand.Note note = writing.remove(directiveId);
    if (note != null) {
      timers.cancel(directiveId);
      with.ledger().tell(note);
    }
    return Behaviors.same();
  }

  private Behavior<RecoveryCommand> onStopped(RecoveryCommand.ReportStopped report) {
    stopped++;
    EventMeta gone = journal.stopped(report.component(), report.reason());
    ctx.getLog()
        .error("component stopped component={} reason={}", report.component(), report.reason());
    return onSaid(
        new RecoveryCommand.RaiseFault(
            report.component(),
            Recognised.of(
                ErrorNames.PERSISTENT_COMPONENT_FAILURE,
                report.component() + " " + report.reason()),
            gone));
  }

  private Behavior<RecoveryCommand> onDevices(RecoveryCommand.DevicesServing seen) {
    devicesServing = seen.serving();
    devices = seen.devices();
    return Behaviors.same();
  }

  private Behavior<RecoveryCommand> onDegraded(RecoveryCommand.Degraded seen) {
    degraded = seen.holds();
    return Behaviors.same();
  }

  private Behavior<RecoveryCommand> onCounts(RecoveryCommand.GetCounts ask) {
    ask.replyTo().tell(new RecoveryCommand.Counts(faults, stopped));
    return Behaviors.same();
  }
}
