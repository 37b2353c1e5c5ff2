package io.mainstay.persistence.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.transaction.Rehearsal.Held;
import io.mainstay.persistence.transaction.TransactionState.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TransactionProgressTest {
  private static final String MEMORY = Participants.MEMORY;

  @Test
  void allVoteToCommit_commitsEverywhere() {
    Rehearsal run = new Rehearsal(3);
    run.begin();
    run.settle();
    assertEquals(Phase.COMMITTED, run.state.phase());
    assertEquals(Set.of(Held.COMMITTED), Set.copyOf(run.held.values()));
    assertTrue(run.ended);
  }

  @Test
  void eventsOfOneCommit_areWrittenInThreeWrites() {
    Rehearsal run = new Rehearsal(3);
    run.begin();
    assertEquals(
        "TransactionBegun+PrepareAsked+PrepareAsked+PrepareAsked",
        TransactionObserver.names(run.journal));
    run.settle();
    assertEquals(
        "Voted+Voted+Voted+Decided+Acknowledged+Acknowledged+Acknowledged+TransactionEnded",
        TransactionObserver.names(run.journal.subList(4, run.journal.size())));
  }

  @Test
  void oneVoteToAbort_abortsEverywhereAndSaysWhy() {
    Rehearsal run = new Rehearsal(3);
    run.refusing.add(MEMORY);
    run.begin();
    run.settle();
    assertEquals(Phase.ABORTED, run.state.phase());
    assertEquals("no_room", run.state.code());
    assertEquals("full", run.state.message());
    assertEquals(Set.of(Held.NOTHING), Set.copyOf(run.held.values()));
    assertEquals(Set.of(), run.everCommitted);
  }

  @Test
  void missingVote_abortsWhenItsTimeIsOver() {
    Rehearsal run = new Rehearsal(3);
    run.begin();
    run.messages.clear();
    run.overdue();
    assertEquals(TransactionProgress.PREPARE_OVERDUE, run.state.code());
    assertTrue(run.state.message().contains(MEMORY));
    run.settle();
    assertEquals(Phase.ABORTED, run.state.phase());
  }

  @Test
  void silentParticipant_isToldAsOftenAsAllowedThenStuckThenRedriven() {
    Rehearsal run = new Rehearsal(2);
    run.begin();
    while (run.state.phase() == Phase.PREPARING) {
      run.deliver(run.messages.remove(0));
    }
    for (int i = 0; i < 2; i++) {
      run.messages.removeIf(message -> message instanceof Rehearsal.ToTell);
      run.silence();
      List<Rehearsal.Message> due = List.copyOf(run.messages);
      run.messages.clear();
      due.stream().filter(Rehearsal.Due.class::isInstance).forEach(run::deliver);
    }
    run.silence();
    assertTrue(run.state.stuck());
    assertEquals(Phase.COMMITTING, run.state.phase());
    assertEquals(2, run.attempts(MEMORY));
    assertInstanceOf(
        TransactionEvent.TransactionStuck.class, run.journal.get(run.journal.size() - 1));
    run.messages.clear();
    run.redrive();
    run.settle();
    assertEquals(Phase.COMMITTED, run.state.phase());
    assertFalse(run.state.stuck());
  }

  @Test
  void lateAnswerOfAStuckParticipant_isTaken() {
    Rehearsal run = new Rehearsal(1);
    run.begin();
    while (run.state.phase() == Phase.PREPARING) {
      run.deliver(run.messages.remove(0));
    }
    run.silence();
    assertTrue(run.state.stuck());
    List<Rehearsal.Message> late = List.copyOf(run.messages);
    run.messages.clear();
    late.forEach(run::deliver);
    run.settle();
    assertEquals(Phase.COMMITTED, run.state.phase());
  }

  @Test
  void release_isCarriedOutOnceAndOnlyOfWhatIsCommitted() {
    Rehearsal run = new Rehearsal(3);
    run.release(false);
    assertEquals(List.of(), run.journal);
    run.begin();
    run.release(false);
    assertEquals(Phase.PREPARING, run.state.phase());
    run.settle();
    run.release(true);
    run.release(true);
    run.settle();
    assertEquals(Phase.RELEASED, run.state.phase());
    assertTrue(run.state.handOver());
    assertEquals(
        1, run.journal.stream().filter(TransactionEvent.ReleaseAsked.class::isInstance).count());
    assertEquals(Set.of(Held.NOTHING), Set.copyOf(run.held.values()));
  }

  @Test
  void voteOrAnswerOfAnotherTransaction_changesNothing() {
    Rehearsal run = new Rehearsal(3);
    run.begin();
    run.messages.clear();
    int before = run.journal.size();
    run.deliver(new Rehearsal.FromVote(Vote.abort("other", MEMORY, "no", "no", "")));
    run.deliver(new Rehearsal.FromVote(Vote.abort(Rehearsal.ID, "stranger", "no", "no", "")));
    run.deliver(
        new Rehearsal.FromAnswer(
            Acknowledgement.of(
                Rehearsal.ID, MEMORY, Acknowledgement.Result.COMMITTED, "early", null)));
    assertEquals(before, run.journal.size());
  }

  /** The coordinator dies behind any prefix of the events of commits, aborts and releases. */
  @Property(tries = 300)
  void anyPrefixOfTheEvents_recoversToTheSameEndEverywhere(
      @ForAll boolean refuses, @ForAll boolean releases, @ForAll @IntRange(max = 20) int length) {
    Rehearsal whole = new Rehearsal(3);
    if (refuses) {
      whole.refusing.add(MEMORY);
    }
    whole.begin();
    whole.settle();
    if (releases) {
      whole.release(false);
      whole.settle();
    }
    List<TransactionEvent> prefix =
        whole.journal.subList(0, Math.max(1, Math.min(length, whole.journal.size())));
    Rehearsal again = new Rehearsal(3);
    again.held.replaceAll((participant, held) -> Held.PREPARED);
    for (TransactionEvent event : prefix) {
      again.state = again.state.after(event);
      again.journal.add(event);
    }
    again.crash(new Random(length));
    again.settle();
    assertTrue(again.state.phase().rests(), () -> "left " + again.state);
    boolean decided =
        prefix.stream()
            .anyMatch(
                event ->
                    event instanceof TransactionEvent.Decided said
                        && said.decision() == TransactionEvent.Decision.COMMIT);
    boolean released = prefix.stream().anyMatch(TransactionEvent.ReleaseAsked.class::isInstance);
    Phase expected = decided ? released ? Phase.RELEASED : Phase.COMMITTED : Phase.ABORTED;
    assertEquals(expected, again.state.phase());
    if (expected == Phase.ABORTED) {
      assertEquals(Set.of(), again.everCommitted);
    }
  }

  /**
   * Any order of votes, answers, time-outs, duplicates, losses and deaths ends alike everywhere.
   */
  @Property(tries = 3_000)
  void anyOrderOfMessages_endsAlikeInEveryParticipant(@ForAll long seed) {
    Random random = new Random(seed);
    Rehearsal run = new Rehearsal(1 + random.nextInt(3));
    run.held.keySet().stream().filter(p -> random.nextInt(8) == 0).forEach(run.refusing::add);
    run.begin();
    for (int i = 0; i < 40; i++) {
      switch (random.nextInt(10)) {
        case 0 -> run.crash(random);
        case 1 -> run.overdue();
        case 2 -> run.silence();
        case 3 -> run.release(random.nextBoolean());
        case 4 -> {
          run.redrive();
          if (random.nextInt(4) == 0) {
            run.giveUp();
          }
        }
        default -> deliverAny(run, random);
      }
    }
    run.settle();
    Phase end = run.state.phase();
    assertTrue(end.rests() && end != Phase.NEW, () -> seed + " left " + run.state);
    assertEquals(
        Set.of(end == Phase.COMMITTED ? Held.COMMITTED : Held.NOTHING),
        Set.copyOf(run.held.values()),
        () -> seed + " " + run.journal);
    if (end == Phase.ABORTED) {
      assertEquals(Set.of(), run.everCommitted, () -> seed + " " + run.journal);
    } else {
      Set<String> voted =
          run.journal.stream()
              .filter(TransactionEvent.Voted.class::isInstance)
              .map(TransactionEvent.Voted.class::cast)
              .filter(vote -> vote.vote() == TransactionEvent.Decision.COMMIT)
              .map(TransactionEvent.Voted::participant)
              .collect(Collectors.toSet());
      assertEquals(run.held.keySet(), voted);
    }
    long decisions =
        run.journal.stream().filter(TransactionEvent.Decided.class::isInstance).count();
    assertEquals(1, decisions);
    for (int i = 1; i < run.journal.size(); i++) {
      assertEquals(run.journal.get(i - 1).meta().eventId(), run.journal.get(i).meta().causeId());
    }
  }

  private static void deliverAny(Rehearsal run, Random random) {
    if (run.messages.isEmpty()) {
      return;
    }
    int index = random.nextInt(run.messages.size());
    int fate = random.nextInt(10);
    Rehearsal.Message message = fate < 2 ? run.messages.get(index) : run.messages.remove(index);
    if (fate < 9) {
      run.deliver(message);
    }
    // A network of actors reorders only across senders; what waits too long is enough here.
    run.messages.subList(0, Math.max(0, run.messages.size() - 60)).clear();
    assertTrue(new ArrayList<>(run.messages).size() <= 60);
  }
}
