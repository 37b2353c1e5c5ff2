package io.mainstay.actors.recovery;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.history.FaultEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.function.LongSupplier;

/**
 * Hears of every fault, thrown or said, every directive and every component of a node that stopped
 * for good, journals them, faults and directives as cause and effect, and counts them. It decides
 * nothing about a child that threw: the boundary around it has done that by the time this hears of
 * it.
 */
public final class RecoverySupervisor {
  private final ActorContext<RecoveryCommand> ctx;
  private final FaultJournal journal;
  private final FaultClassifier classifier;
  private final LongSupplier nanoTime;
  private FaultSifter sifter;
  private long faults;
  private long stopped;

  private RecoverySupervisor(
      ActorContext<RecoveryCommand> ctx,
      ErrorCatalog catalog,
      FaultSettings settings,
      ActorRef<HistoryLog.Command<FaultEvent>> log,
      EventStamper stamper,
      LongSupplier nanoTime) {
    this.ctx = ctx;
    this.journal = new FaultJournal(log, stamper);
    this.classifier = new FaultClassifier(catalog);
    this.sifter = FaultSifter.begin(settings.limits());
    this.nanoTime = nanoTime;
    ctx.getSystem()
        .eventStream()
        .tell(
            new EventStream.Subscribe<>(RecoveryCommand.RaiseFault.class, ctx.getSelf().narrow()));
  }

  /**
   * @param log the node's log of faults
   */
  public static Behavior<RecoveryCommand> create(
      ErrorCatalog catalog,
      FaultSettings settings,
      ActorRef<HistoryLog.Command<FaultEvent>> log,
      EventStamper stamper) {
    return Behaviors.setup(
        ctx ->
            new RecoverySupervisor(ctx, catalog, settings, log, stamper, System::nanoTime)
                .watching());
  }

  private Behavior<RecoveryCommand> watching() {
    return Behaviors.receive(RecoveryCommand.class)
        .onMessage(RecoveryCommand.ReportFault.class, this::onThrown)
        .onMessage(RecoveryCommand.RaiseFault.class, this::onSaid)
        .onMessage(RecoveryCommand.ReportStopped.class, this::onStopped)
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
    FaultSifter.Step step =
        sifter.take(
            fault.definition().error(),
            fault.component(),
            fault.evidence(),
            nanoTime.getAsLong() / 1_000_000);
    sifter = step.next();
    if (step.verdict() == FaultSifter.Verdict.SAME) {
      return;
    }
    faults++;
    if (step.verdict() == FaultSifter.Verdict.LEAVE_OUT) {
      return;
    }
    String evidence =
        step.leftOut() == 0
            ? fault.evidence()
            : fault.evidence() + "; " + step.leftOut() + " more before it were only counted";
    EventMeta raised = journal.raised(fault, fault.definition().severity(), evidence);
    journal.directed(raised, fault, directive, reason, null);
    ctx.getLog()
        .warn(
            "fault handled code={} component={} directive={} evidence={}",
            fault.definition().name(),
            fault.component(),
            directive,
            evidence);
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

  private Behavior<RecoveryCommand> onCounts(RecoveryCommand.GetCounts ask) {
    ask.replyTo().tell(new RecoveryCommand.Counts(faults, stopped));
    return Behaviors.same();
  }
}
