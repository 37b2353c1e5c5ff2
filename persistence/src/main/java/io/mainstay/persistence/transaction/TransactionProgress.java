package io.mainstay.persistence.transaction;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.transaction.TransactionState.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Decides how a transaction goes on. All prepare at once; the first vote to abort, silence, or a
 * restart before the decision aborts; the decision is told until every participant has carried it
 * out, a bounded number of times each. Pure: the caller journals the events in one atomic write,
 * then carries the actions out. Recovers from any prefix of the events.
 *
 * @param attemptsMax how often a participant is told one decision, at least 1
 */
record TransactionProgress(int attemptsMax) {
  /** Code of a transaction given up since its node or entity was restarted before the decision. */
  static final String INTERRUPTED = "transaction_interrupted";

  /** Code of one with a participant that did not vote in time. */
  static final String PREPARE_OVERDUE = "prepare_overdue";

  /** Code of one that its owner gave up before the decision. */
  static final String GIVEN_UP = "given_up";

  /** Code of an attempt that was not answered in time. */
  static final String NO_ANSWER = "no_acknowledgement";

  /** What is to be done once the events are durable. */
  sealed interface Action {
    /** Ask for the votes, with a bound. */
    record AskVotes() implements Action {}

    /** Tell a participant what is decided. */
    record Tell(String participant, int attempt) implements Action {}

    /** Pause, then tell it again. */
    record TellLater(String participant, int attempt) implements Action {}

    /** A participant needs a person. */
    record Alarm(String participant, String code, String message) implements Action {}

    /** All have carried it out: tell who waits. */
    record End() implements Action {}
  }

  /** Events to journal, what was heard but not written, and what to do then. */
  record Decision(List<TransactionEvent> events, Round round, List<Action> actions) {
    Decision {
      events = List.copyOf(events);
      actions = List.copyOf(actions);
    }

    static Decision nothing(Round round) {
      return new Decision(List.of(), round, List.of());
    }
  }

  /** First events of a transaction. */
  Decision begin(
      String transactionId, TransactionPlan plan, EventMeta meta, UnaryOperator<EventMeta> stamp) {
    Draft draft = new Draft(TransactionState.empty(), Round.empty(), stamp);
    draft.add(new TransactionEvent.TransactionBegun(meta, transactionId, plan));
    for (ParticipantWork work : plan.works()) {
      draft.add(new TransactionEvent.PrepareAsked(draft.next(), work.participant()));
    }
    return draft.then(new Action.AskVotes());
  }

  /** A participant voted. */
  Decision voted(TransactionState state, Round round, Vote vote, UnaryOperator<EventMeta> stamp) {
    boolean awaited =
        state.phase() == Phase.PREPARING
            && vote.transactionId().equals(state.transactionId())
            && state.part(vote.participant()).isPresent()
            && !round.votes().containsKey(vote.participant());
    if (!awaited) {
      return Decision.nothing(round);
    }
    Round heard = round.with(vote);
    if (!vote.commit()) {
      return decide(
          new Draft(state, heard, stamp),
          TransactionEvent.Decision.ABORT,
          vote.code(),
          vote.message(),
          vote.remedy());
    }
    return heard.votes().size() < state.parts().size()
        ? Decision.nothing(heard)
        : decide(new Draft(state, heard, stamp), TransactionEvent.Decision.COMMIT, "", "", "");
  }

  /** The time for votes is over. */
  Decision prepareOverdue(TransactionState state, Round round, UnaryOperator<EventMeta> stamp) {
    if (state.phase() != Phase.PREPARING) {
      return Decision.nothing(round);
    }
    List<String> silent =
        state.parts().stream()
            .map(TransactionState.Part::participant)
            .filter(participant -> !round.votes().containsKey(participant))
            .toList();
    return decide(
        new Draft(state, round, stamp),
        TransactionEvent.Decision.ABORT,
        PREPARE_OVERDUE,
        "No vote in time from " + String.join(", ", silent),
        "Try again; if it stays so, see the node's log for these domains");
  }

  /** Its owner gives it up before the decision; changes nothing after it. */
  Decision givenUp(
      TransactionState state, Round round, String reason, UnaryOperator<EventMeta> stamp) {
    return state.phase() != Phase.PREPARING
        ? Decision.nothing(round)
        : decide(
            new Draft(state, round, stamp), TransactionEvent.Decision.ABORT, GIVEN_UP, reason, "");
  }

  /** A participant answered what it was told, or {@code NO_ANSWER} stands for its silence. */
  Decision answered(
      TransactionState state, Round round, Acknowledgement answer, UnaryOperator<EventMeta> stamp) {
    String participant = answer.participant();
    boolean awaited =
        answer.transactionId().equals(state.transactionId())
            && state.open().contains(participant)
            && !round.answers().containsKey(participant);
    if (!awaited) {
      return Decision.nothing(round);
    }
    if (answer.result() == Acknowledgement.Result.FAILED) {
      return failed(state, round, answer, stamp);
    }
    if (!TransactionState.name(answer.result()).equals(state.awaited())) {
      // An answer to an earlier phase.
      return Decision.nothing(round);
    }
    Round heard = round.with(answer);
    boolean all = state.open().stream().allMatch(heard.answers()::containsKey);
    boolean late = state.part(participant).filter(TransactionState.Part::stuck).isPresent();
    if (!all && !late) {
      return Decision.nothing(heard);
    }
    Draft draft = new Draft(state, heard, stamp);
    draft.writeAnswers();
    if (!draft.state.open().isEmpty()) {
      return draft.then();
    }
    end(draft);
    return draft.then(new Action.End());
  }

  /** The pause is over. */
  Decision due(TransactionState state, Round round, String participant, int attempt) {
    boolean awaited =
        state.open().contains(participant)
            && !round.answers().containsKey(participant)
            && round.attempt(participant) + 1 == attempt;
    return awaited
        ? new Decision(
            List.of(),
            round.asked(participant, attempt),
            List.of(new Action.Tell(participant, attempt)))
        : Decision.nothing(round);
  }

  /** What it holds is to be given back; changes nothing unless it is committed. */
  Decision release(
      TransactionState state,
      Round round,
      boolean handOver,
      String reason,
      UnaryOperator<EventMeta> stamp) {
    if (state.phase() != Phase.COMMITTED) {
      return Decision.nothing(round);
    }
    Draft draft = new Draft(state, Round.empty(), stamp);
    draft.add(new TransactionEvent.ReleaseAsked(draft.next(), handOver, reason));
    return tellOpen(draft);
  }

  /** Those that are stuck are told again; changes nothing if none is. */
  Decision redrive(
      TransactionState state, Round round, String reason, UnaryOperator<EventMeta> stamp) {
    if (!state.stuck()) {
      return Decision.nothing(round);
    }
    Draft draft = new Draft(state, round, stamp);
    List<String> stuck =
        state.parts().stream()
            .filter(TransactionState.Part::stuck)
            .map(TransactionState.Part::participant)
            .toList();
    draft.add(new TransactionEvent.TransactionRedriven(draft.next(), reason));
    return tell(draft, stuck);
  }

  /** The entity was started again: after a restart of the node, or after a failed persist. */
  Decision recovered(TransactionState state, UnaryOperator<EventMeta> stamp) {
    if (state.phase() == Phase.PREPARING) {
      return decide(
          new Draft(state, Round.empty(), stamp),
          TransactionEvent.Decision.ABORT,
          INTERRUPTED,
          "Its node or its entity was restarted before the decision; nothing takes effect",
          "Try again");
    }
    Draft draft = new Draft(state, Round.empty(), stamp);
    if (state.phase().tells() && state.open().isEmpty()) {
      end(draft);
      return draft.then(new Action.End());
    }
    if (state.stuck()) {
      draft.add(
          new TransactionEvent.TransactionRedriven(draft.next(), "its node or entity restarted"));
    }
    return tellOpen(draft);
  }

  private Decision failed(
      TransactionState state, Round round, Acknowledgement answer, UnaryOperator<EventMeta> stamp) {
    String participant = answer.participant();
    int attempts = round.attempt(participant);
    if (state.part(participant).filter(TransactionState.Part::stuck).isPresent()) {
      return Decision.nothing(round);
    }
    if (attempts < attemptsMax) {
      return new Decision(
          List.of(), round, List.of(new Action.TellLater(participant, attempts + 1)));
    }
    Draft draft = new Draft(state, round, stamp);
    draft.writeAnswers();
    draft.add(
        new TransactionEvent.TransactionStuck(
            draft.next(), participant, attempts, answer.code(), answer.message()));
    return draft.then(new Action.Alarm(participant, answer.code(), answer.message()));
  }

  private Decision decide(
      Draft draft, TransactionEvent.Decision decision, String code, String reason, String remedy) {
    for (Vote vote : draft.round.votes().values()) {
      draft.add(
          new TransactionEvent.Voted(
              draft.next(),
              vote.participant(),
              vote.commit() ? TransactionEvent.Decision.COMMIT : TransactionEvent.Decision.ABORT,
              vote.locks(),
              vote.commit() ? Vote.CONFIRMED : "none",
              vote.commit() ? "" : vote.code() + ": " + vote.message()));
    }
    draft.add(new TransactionEvent.Decided(draft.next(), decision, code, reason, remedy));
    draft.round = Round.empty();
    return tellOpen(draft);
  }

  private static void end(Draft draft) {
    Phase phase = draft.state.phase();
    if (phase == Phase.RELEASING) {
      draft.add(new TransactionEvent.TransactionReleased(draft.next()));
    } else {
      draft.add(
          new TransactionEvent.TransactionEnded(
              draft.next(),
              phase == Phase.COMMITTING
                  ? TransactionEvent.End.COMMITTED
                  : TransactionEvent.End.ABORTED));
    }
  }

  private static Decision tellOpen(Draft draft) {
    return tell(draft, draft.state.open());
  }

  private static Decision tell(Draft draft, List<String> participants) {
    List<Action> actions = new ArrayList<>();
    for (String participant : participants) {
      draft.round = draft.round.asked(participant, 1);
      actions.add(new Action.Tell(participant, 1));
    }
    return new Decision(draft.events, draft.round, actions);
  }

  /** Events so far, and the state and the round after them. Confined to one decision. */
  private static final class Draft {
    private final List<TransactionEvent> events = new ArrayList<>();
    private final UnaryOperator<EventMeta> stamp;
    private TransactionState state;
    private Round round;

    Draft(TransactionState state, Round round, UnaryOperator<EventMeta> stamp) {
      this.state = state;
      this.round = round;
      this.stamp = stamp;
    }

    EventMeta next() {
      return stamp.apply(state.last());
    }

    void add(TransactionEvent event) {
      events.add(event);
      state = state.after(event);
    }

    void writeAnswers() {
      for (Acknowledgement answer : round.answers().values()) {
        add(
            new TransactionEvent.Acknowledged(
                next(),
                answer.participant(),
                TransactionState.name(answer.result()),
                answer.resourceStatus(),
                answer.at()));
      }
      round = round.written();
    }

    Decision then(Action... actions) {
      return new Decision(events, round, List.of(actions));
    }
  }
}
