package io.mainstay.persistence.transaction;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.transaction.TransactionProgress.Action;
import io.mainstay.persistence.transaction.TransactionProgress.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A transaction with participants in memory, whose messages are delivered in any order, twice, or
 * not at all, and whose coordinator dies at any time. It fails by itself when a participant is told
 * to commit before the decision is in the journal.
 */
final class Rehearsal {
  static final String ID = "01KAJZP9S8B6V5Q4W3E2R1T0Y9";
  static final TransactionPlan PLAN =
      new TransactionPlan.DeviceMemory(
          "operator",
          new ParticipantWork.ReserveDevice("cpu-0", "model_loading", 30_000),
          new ParticipantWork.AllocateMemory("cpu-0", "model:m", 10, "model_cache"),
          true);

  /** What a participant holds. */
  enum Held {
    NOTHING,
    PREPARED,
    COMMITTED
  }

  /** Something under way. */
  sealed interface Message {}

  record ToPrepare(String participant) implements Message {}

  record ToTell(String participant, String what) implements Message {}

  record FromVote(Vote vote) implements Message {}

  record FromAnswer(Acknowledgement answer) implements Message {}

  record Due(String participant, int attempt) implements Message {}

  final List<TransactionEvent> journal = new ArrayList<>();
  final Map<String, Held> held = new LinkedHashMap<>();
  final Set<String> refusing = new HashSet<>();
  final Set<String> everCommitted = new HashSet<>();
  final List<Message> messages = new ArrayList<>();
  private final Set<String> told = new HashSet<>();
  private final TransactionProgress progress;
  private final Map<String, Integer> attempts = new HashMap<>();
  private int ids;
  TransactionState state = TransactionState.empty();
  Round round = Round.empty();
  boolean ended;

  Rehearsal(int attemptsMax) {
    progress = new TransactionProgress(attemptsMax);
    PLAN.works().forEach(work -> held.put(work.participant(), Held.NOTHING));
  }

  UnaryOperator<EventMeta> stamp() {
    return cause ->
        cause == null
            ? EventMeta.root("e" + ids++, Instant.EPOCH)
            : cause.causes("e" + ids++, Instant.EPOCH);
  }

  void begin() {
    take(progress.begin(ID, PLAN, stamp().apply(null), stamp()));
  }

  void overdue() {
    take(progress.prepareOverdue(state, round, stamp()));
  }

  /** Nobody answered the latest attempt of those that are told something. */
  void silence() {
    for (String participant : state.open()) {
      take(
          progress.answered(
              state,
              round,
              Acknowledgement.failed(ID, participant, "late", "silent", null),
              stamp()));
    }
  }

  void release(boolean handOver) {
    take(progress.release(state, round, handOver, "test", stamp()));
  }

  void giveUp() {
    take(progress.givenUp(state, round, "test", stamp()));
  }

  void redrive() {
    take(progress.redrive(state, round, "test", stamp()));
  }

  /** What was heard and not written is lost, and so is what it was about to send or wait for. */
  void crash(Random random) {
    round = Round.empty();
    messages.removeIf(message -> message instanceof Due || random.nextBoolean());
    take(progress.recovered(state, stamp()));
  }

  void deliver(Message message) {
    if (message instanceof ToPrepare ask) {
      onPrepare(ask.participant());
    } else if (message instanceof ToTell tell) {
      onTold(tell);
    } else if (message instanceof FromVote vote) {
      take(progress.voted(state, round, vote.vote(), stamp()));
    } else if (message instanceof FromAnswer answer) {
      take(progress.answered(state, round, answer.answer(), stamp()));
    } else if (message instanceof Due due) {
      take(progress.due(state, round, due.participant(), due.attempt()));
    }
  }

  /** Everything arrives from now on. */
  void settle() {
    for (int i = 0; i < 1_000 && !(messages.isEmpty() && state.phase().rests()); i++) {
      if (messages.isEmpty()) {
        if (state.phase() == TransactionState.Phase.PREPARING) {
          overdue();
        } else {
          redrive();
          silence();
        }
      } else {
        deliver(messages.remove(0));
      }
    }
    // Who prepared and heard nothing asks.
    held.replaceAll(
        (participant, what) ->
            what != Held.PREPARED
                ? what
                : state.phase() == TransactionState.Phase.COMMITTED
                    ? Held.COMMITTED
                    : Held.NOTHING);
  }

  private void onPrepare(String participant) {
    if (refusing.contains(participant)) {
      messages.add(new FromVote(Vote.abort(ID, participant, "no_room", "full", "")));
      return;
    }
    if (told.contains(participant + "aborted")) {
      messages.add(new FromVote(Vote.abort(ID, participant, "late", "aborted before", "")));
      return;
    }
    if (held.get(participant) == Held.NOTHING && !everCommitted.contains(participant)) {
      held.put(participant, Held.PREPARED);
    }
    messages.add(new FromVote(Vote.commit(ID, participant, List.of("lock"))));
  }

  private void onTold(ToTell tell) {
    told.add(tell.participant() + tell.what());
    boolean commits = tell.what().equals("committed");
    if (commits) {
      everCommitted.add(tell.participant());
      if (!told.contains(tell.participant() + "released")) {
        held.put(tell.participant(), Held.COMMITTED);
      }
    } else {
      held.put(tell.participant(), Held.NOTHING);
    }
    Acknowledgement.Result result =
        commits
            ? Acknowledgement.Result.COMMITTED
            : tell.what().equals("aborted")
                ? Acknowledgement.Result.ABORTED
                : Acknowledgement.Result.RELEASED;
    messages.add(
        new FromAnswer(
            Acknowledgement.of(ID, tell.participant(), result, "as told", Instant.EPOCH)));
  }

  private void take(Decision decision) {
    journal.addAll(decision.events());
    for (TransactionEvent event : decision.events()) {
      state = state.after(event);
    }
    round = decision.round();
    for (Action action : decision.actions()) {
      if (action instanceof Action.AskVotes) {
        held.keySet().forEach(participant -> messages.add(new ToPrepare(participant)));
      } else if (action instanceof Action.Tell tell) {
        boolean decided =
            journal.stream()
                .anyMatch(
                    event ->
                        event instanceof TransactionEvent.Decided said
                            && (said.decision() == TransactionEvent.Decision.COMMIT)
                                == !state.awaited().equals("aborted"));
        if (!decided) {
          throw new AssertionError("told before the decision: " + tell + " in " + journal);
        }
        attempts.merge(tell.participant(), 1, Integer::sum);
        messages.add(new ToTell(tell.participant(), state.awaited()));
      } else if (action instanceof Action.TellLater later) {
        messages.add(new Due(later.participant(), later.attempt()));
      } else if (action instanceof Action.End) {
        ended = true;
      }
    }
  }

  int attempts(String participant) {
    return attempts.getOrDefault(participant, 0);
  }
}
