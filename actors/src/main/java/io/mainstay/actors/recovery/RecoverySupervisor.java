package io.mainstay.actors.recovery;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.persistence.history.FaultEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.Locale;

/**
 * Hears of every fault, every directive and every component of a node that stopped for good,
 * journals them, faults and directives as cause and effect, and counts them. It decides nothing
 * about the child itself: the boundary around the child has done that by the time this hears of it.
 */
public final class RecoverySupervisor {
  private final ActorContext<RecoveryCommand> ctx;
  private final ActorRef<HistoryLog.Command<FaultEvent>> journal;
  private final EventStamper stamper;
  private long faults;
  private long stopped;

  private RecoverySupervisor(
      ActorContext<RecoveryCommand> ctx,
      ActorRef<HistoryLog.Command<FaultEvent>> journal,
      EventStamper stamper) {
    this.ctx = ctx;
    this.journal = journal;
    this.stamper = stamper;
  }

  /**
   * @param journal the node's log of faults
   */
  public static Behavior<RecoveryCommand> create(
      ActorRef<HistoryLog.Command<FaultEvent>> journal, EventStamper stamper) {
    return Behaviors.setup(ctx -> new RecoverySupervisor(ctx, journal, stamper).watching());
  }

  private Behavior<RecoveryCommand> watching() {
    return Behaviors.receive(RecoveryCommand.class)
        .onMessage(RecoveryCommand.ReportFault.class, this::onFault)
        .onMessage(RecoveryCommand.ReportStopped.class, this::onStopped)
        .onMessage(RecoveryCommand.GetCounts.class, this::onCounts)
        .build();
  }

  private Behavior<RecoveryCommand> onFault(RecoveryCommand.ReportFault report) {
    faults++;
    Fault fault = report.fault();
    ErrorDefinition definition = fault.definition();
    String domain = definition.domain().name().toLowerCase(Locale.ROOT);
    EventMeta raised = stamper.causedBy(fault.cause());
    journal.tell(
        HistoryLog.Record.of(
            new FaultEvent.FaultRaised(
                raised,
                definition.name(),
                domain,
                definition.severity().name().toLowerCase(Locale.ROOT),
                definition.priority().number(),
                definition.blame().name().toLowerCase(Locale.ROOT),
                fault.evidence())));
    journal.tell(
        HistoryLog.Record.of(
            new FaultEvent.DirectiveChosen(
                stamper.causedBy(raised),
                definition.name(),
                domain,
                report.directive(),
                fault.component(),
                definition.message())));
    ctx.getLog()
        .warn(
            "fault handled code={} component={} directive={} evidence={}",
            definition.name(),
            fault.component(),
            report.directive(),
            fault.evidence());
    return Behaviors.same();
  }

  private Behavior<RecoveryCommand> onStopped(RecoveryCommand.ReportStopped report) {
    stopped++;
    journal.tell(
        HistoryLog.Record.of(
            new FaultEvent.ComponentStopped(stamper.root(), report.component(), report.reason())));
    ctx.getLog()
        .error("component stopped component={} reason={}", report.component(), report.reason());
    return Behaviors.same();
  }

  private Behavior<RecoveryCommand> onCounts(RecoveryCommand.GetCounts ask) {
    ask.replyTo().tell(new RecoveryCommand.Counts(faults, stopped));
    return Behaviors.same();
  }
}
