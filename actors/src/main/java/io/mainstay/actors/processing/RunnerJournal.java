package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.pattern.StatusReply;
import io.mainstay.actors.recovery.DomainFault;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.persistence.session.SessionProtocol;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Writes what a runner has to say into its session's journal. What is not answered in time is said
 * again, since every record is idempotent; beyond the bound the runner's world is broken. Confined
 * to its runner.
 */
final class RunnerJournal {
  private final ActorContext<RunnerMessage> ctx;
  private final String sessionId;
  private final ProcessingSettings.Runner settings;
  private final ActorRef<SessionProtocol.Command> session;

  RunnerJournal(
      ActorContext<RunnerMessage> ctx,
      String sessionId,
      ProcessingSettings.Runner settings,
      ActorRef<SessionProtocol.Command> session) {
    this.ctx = ctx;
    this.sessionId = sessionId;
    this.settings = settings;
    this.session = session;
  }

  /**
   * Records; answered by {@link RunnerMessage.Recorded}.
   *
   * @param what is recorded, for messages
   * @param then what the runner does with the answer
   */
  void record(
      String what,
      Function<ActorRef<StatusReply<SessionProtocol.Recorded>>, SessionProtocol.Command> command,
      Consumer<SessionProtocol.Recorded> then) {
    send(new RunnerMessage.Recording(what, command, 1), then);
  }

  /** The record was not answered in time. */
  void again(RunnerMessage.Recorded unanswered) {
    RunnerMessage.Recording recording = unanswered.recording();
    if (recording.tries() >= settings.recordTries()) {
      throw new DomainFault(
          ErrorNames.WORKFLOW_ORCHESTRATION_FAILURE,
          "Session "
              + sessionId
              + " could not journal "
              + recording.what()
              + " in "
              + recording.tries()
              + " tries of "
              + settings.recordTimeout(),
          unanswered.failure());
    }
    send(
        new RunnerMessage.Recording(recording.what(), recording.command(), recording.tries() + 1),
        unanswered.then());
  }

  private void send(RunnerMessage.Recording recording, Consumer<SessionProtocol.Recorded> then) {
    ctx.askWithStatus(
        SessionProtocol.Recorded.class,
        session,
        settings.recordTimeout(),
        (ActorRef<StatusReply<SessionProtocol.Recorded>> replyTo) ->
            recording.command().apply(replyTo),
        (answer, failure) -> new RunnerMessage.Recorded(recording, answer, then, failure));
  }
}
