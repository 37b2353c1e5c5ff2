package io.mainstay.persistence.session;

import akka.pattern.StatusReply;
import akka.persistence.typed.javadsl.EffectFactories;
import akka.persistence.typed.javadsl.ReplyEffect;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.session.SessionProtocol.Accept;
import io.mainstay.persistence.session.SessionProtocol.AcceptRestart;
import io.mainstay.persistence.session.SessionProtocol.Cancel;
import io.mainstay.persistence.session.SessionProtocol.RecordDegradation;
import io.mainstay.persistence.session.SessionProtocol.RecordFailure;
import io.mainstay.persistence.session.SessionProtocol.RecordOutputs;
import io.mainstay.persistence.session.SessionProtocol.RecordPlan;
import java.util.ArrayList;
import java.util.List;

/** A session from its acceptance over its plan to one of its ends. Belongs to its entity. */
final class SessionLife {
  private final String sessionId;
  private final SessionSettings settings;
  private final EventStamper stamper;
  private final EffectFactories<SessionEvent, SessionState> effects;
  private final SessionReplies replies;
  private final RunnerWatch runner;
  private final BatchRecords batches;

  SessionLife(
      String sessionId,
      SessionSettings settings,
      EventStamper stamper,
      EffectFactories<SessionEvent, SessionState> effects,
      SessionReplies replies,
      RunnerWatch runner,
      BatchRecords batches) {
    this.sessionId = sessionId;
    this.settings = settings;
    this.stamper = stamper;
    this.effects = effects;
    this.replies = replies;
    this.runner = runner;
    this.batches = batches;
  }

  ReplyEffect<SessionEvent, SessionState> accept(Accept command) {
    EventMeta accepted = stamper.root();
    List<SessionEvent> events = new ArrayList<>();
    events.add(
        new SessionEvent.WorkflowAccepted(
            accepted,
            sessionId,
            command.workflow(),
            command.inputs(),
            command.workClass(),
            command.outputDirectory(),
            command.submittedBy()));
    command.degradations().stream()
        .limit(settings.degradationsMax())
        .map(what -> new SessionEvent.WorkflowDegraded(stamper.causedBy(accepted), what, ""))
        .forEach(events::add);
    return effects
        .persist(events)
        .thenRun(state -> runner.askForRunner((SessionState.Active) state))
        .thenReply(
            command.replyTo(),
            state -> StatusReply.success(SessionReport.view((SessionState.Known) state)));
  }

  /** The order of the former attempt, its plan, its results and its checkpoints, at once. */
  ReplyEffect<SessionEvent, SessionState> acceptRestart(AcceptRestart command) {
    SessionCarry carried = command.carried();
    EventMeta accepted = stamper.causedBy(carried.cause());
    List<SessionEvent> events = new ArrayList<>();
    events.add(
        new SessionEvent.WorkflowAccepted(
            accepted,
            sessionId,
            carried.workflow(),
            carried.inputs(),
            carried.workClass(),
            carried.outputDirectory(),
            command.submittedBy()));
    EventMeta restarted = stamper.causedBy(accepted);
    events.add(
        new SessionEvent.WorkflowRestarted(
            restarted, carried.ofSession(), carried.fromStep(), carried.completed().size()));
    if (carried.documents() > 0) {
      EventMeta plan = stamper.causedBy(restarted);
      events.add(
          new SessionEvent.PlanMade(
              plan, carried.documents(), carried.workflow().batchDocuments()));
      for (SessionWork.Completed done : carried.completed()) {
        events.add(
            new SessionEvent.BatchCompleted(
                stamper.causedBy(plan),
                done.range(),
                done.resultSha256(),
                done.fingerprint(),
                "",
                0,
                0));
      }
      carried.checkpoints().forEach(points -> restore(plan, carried, points, events));
    }
    return effects
        .persist(events)
        .thenRun(state -> runner.askForRunner((SessionState.Active) state))
        .thenReply(
            command.replyTo(),
            state -> StatusReply.success(SessionReport.view((SessionState.Known) state)));
  }

  // The one to try first comes last: what it takes the place of is tried after it.
  private void restore(
      EventMeta plan, SessionCarry carried, SessionCarry.Points points, List<SessionEvent> events) {
    for (int i = points.steps().size() - 1; i >= 0; i--) {
      SessionWork.Checkpoint point = points.steps().get(i);
      events.add(
          new SessionEvent.CheckpointRestored(
              stamper.causedBy(plan),
              points.range(),
              point.step(),
              point.sha256(),
              List.of(),
              "carried over from session " + carried.ofSession()));
    }
  }

  ReplyEffect<SessionEvent, SessionState> acceptAgain(SessionState.Known state, Accept command) {
    boolean same =
        state.order().workflow().equals(command.workflow())
            && state.order().inputs().equals(command.inputs());
    return same
        ? replies.view(state, command.replyTo())
        : replies.refuse(
            command.replyTo(),
            "was accepted with another workflow or other inputs; use a fresh session id");
  }

  ReplyEffect<SessionEvent, SessionState> plan(SessionState.Accepted state, RecordPlan command) {
    runner.heard();
    if (command.documents() < 1 || command.batchDocuments() < 1) {
      return replies.refuse(
          command.replyTo(),
          "cannot plan "
              + command.documents()
              + " documents in batches of "
              + command.batchDocuments()
              + "; both must be 1 or more. Record a failure for an empty input instead");
    }
    return effects
        .persist(
            new SessionEvent.PlanMade(
                stamper.causedBy(state.latest()), command.documents(), command.batchDocuments()))
        .thenReply(
            command.replyTo(),
            after -> SessionReplies.recorded(SessionReport.remaining(SessionReplies.known(after))));
  }

  ReplyEffect<SessionEvent, SessionState> planAgain(
      SessionState.Running state, RecordPlan command) {
    runner.heard();
    WorkPlan plan = state.plan();
    boolean same =
        plan.documents() == command.documents()
            && plan.batchDocuments() == command.batchDocuments();
    return same
        ? effects.reply(command.replyTo(), SessionReplies.recorded(SessionReport.remaining(state)))
        : replies.refuse(
            command.replyTo(),
            "has a plan of "
                + plan.documents()
                + " documents in batches of "
                + plan.batchDocuments()
                + ", not "
                + command.documents()
                + " in batches of "
                + command.batchDocuments()
                + ". The plan depends on the input alone: was the input read differently?");
  }

  /**
   * Said once: the same text again adds nothing. Beyond the bound one note stands for all others: a
   * session does not fail of too many notes. A stand-in is kept in any case.
   */
  ReplyEffect<SessionEvent, SessionState> degrade(
      SessionState.Active state, RecordDegradation command) {
    runner.heard();
    boolean goesOnAsBefore =
        command.standIn().isEmpty() || command.standIn().equals(state.order().standIn());
    int said = state.degradations().size();
    if (goesOnAsBefore
        && (state.degradations().contains(command.what()) || said > settings.degradationsMax())) {
      return effects.reply(command.replyTo(), SessionReplies.recorded());
    }
    String what =
        said < settings.degradationsMax() || state.degradations().contains(command.what())
            ? command.what()
            : "degradations_not_listed: there are more than the %d that %s.degradations-max allows"
                    .formatted(settings.degradationsMax(), SessionSettings.PATH)
                + "; the node's log has them";
    return effects
        .persist(
            new SessionEvent.WorkflowDegraded(
                stamper.causedBy(state.latest()), what, command.standIn()))
        .thenReply(command.replyTo(), after -> SessionReplies.recorded());
  }

  ReplyEffect<SessionEvent, SessionState> finish(
      SessionState.Running state, RecordOutputs command) {
    runner.heard();
    if (!state.plan().pending().isEmpty()) {
      return replies.refuse(
          command.replyTo(),
          "cannot be completed: "
              + state.plan().pending().size()
              + " batches have no result, the first is "
              + state.plan().pending().get(0).range());
    }
    EventMeta written = stamper.causedBy(state.latest());
    return effects
        .persist(
            List.of(
                new SessionEvent.OutputsWritten(written, command.outputs(), command.degradations()),
                new SessionEvent.WorkflowCompleted(
                    stamper.causedBy(written),
                    state.plan().embedded(),
                    state.plan().poisoned().size())))
        .thenRun(after -> rest())
        .thenReply(command.replyTo(), after -> SessionReplies.finished());
  }

  ReplyEffect<SessionEvent, SessionState> fail(SessionState.Active state, RecordFailure command) {
    return effects
        .persist(
            new SessionEvent.WorkflowFailed(
                stamper.causedBy(state.latest()),
                command.code(),
                command.message(),
                command.remedy()))
        .thenRun(after -> rest())
        .thenReply(command.replyTo(), after -> SessionReplies.finished());
  }

  ReplyEffect<SessionEvent, SessionState> cancel(SessionState.Active state, Cancel command) {
    return effects
        .persist(
            new SessionEvent.WorkflowCancelled(stamper.causedBy(state.latest()), command.reason()))
        .thenRun(
            after -> {
              runner.stopRunner(command.reason());
              rest();
            })
        .thenReply(
            command.replyTo(),
            after -> StatusReply.success(SessionReport.view(SessionReplies.known(after))));
  }

  private void rest() {
    runner.rest();
    batches.forget();
  }
}
