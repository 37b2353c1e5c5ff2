package io.mainstay.actors.recovery.action.processing;

import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.TwoLooks;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.transaction.TransactionCommand;
import io.mainstay.actors.transaction.TransactionCommand.HoldingList;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.transaction.Participants;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * What transactions hold that are over: each participant that has prepared something asks what
 * became of it, and heap that was set aside for a transaction which no participant knows is given
 * back. Done when none of that is left. Thread-safe.
 */
final class SettledClaims {
  /** Prepared by a participant that does not work on it now; its outcome is not known there. */
  private record Claim(String participant, String transactionId) {
    private String text() {
      return transactionId + " at " + participant;
    }
  }

  private final ActionFloor floor;
  private final Questions questions;

  SettledClaims(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  CompletionStage<RecoveryStepOutcome> settle(Task task) {
    return questions
        .holdings()
        .thenCompose(
            held -> {
              Set<Claim> asked = prepared(held);
              asked.forEach(
                  claim ->
                      floor
                          .ports()
                          .transaction()
                          .tell(
                              new TransactionCommand.Settle(
                                  claim.participant(), claim.transactionId())));
              return awaitSettled(task, asked);
            });
  }

  /** One that is committed is over when its owner ends it. */
  private static Set<Claim> prepared(HoldingList held) {
    return held.participants().stream()
        .flatMap(
            one ->
                one.holdings().stream()
                    .filter(holding -> !holding.committed())
                    .filter(holding -> !one.working().contains(holding.transactionId()))
                    .map(holding -> new Claim(one.participant(), holding.transactionId())))
        .collect(Collectors.toSet());
  }

  private CompletionStage<RecoveryStepOutcome> awaitSettled(Task task, Set<Claim> asked) {
    AtomicReference<String> last = new AtomicReference<>("the participants did not answer");
    TwoLooks looks = new TwoLooks();
    Set<String> freed = new TreeSet<>();
    return floor.await(
        task,
        () ->
            // What is set aside is looked at first: by then its participant works on it, or
            // holds it.
            questions
                .work()
                .thenCompose(
                    facts ->
                        questions
                            .holdings()
                            .thenApply(held -> look(asked, facts, held, looks, freed, last))),
        last::get);
  }

  private Optional<RecoveryStepOutcome> look(
      Set<Claim> asked,
      ProcessingCommand.Facts facts,
      HoldingList held,
      TwoLooks looks,
      Set<String> freed,
      AtomicReference<String> last) {
    Set<Claim> left = new HashSet<>(asked);
    Set<String> told =
        held.participants().stream()
            .map(TransactionCommand.Held::participant)
            .collect(Collectors.toSet());
    // One that does not answer may hold still what it held.
    Set<Claim> prepared = prepared(held);
    left.removeIf(claim -> told.contains(claim.participant()) && !prepared.contains(claim));
    boolean processingTold = told.contains(Participants.PROCESSING);
    Set<String> lost = processingTold ? lost(facts, held) : Set.of();
    last.set(
        "prepared still and not decided: %s; heap of transactions that nobody knows: %s"
            .formatted(
                left.stream().map(Claim::text).sorted().toList(),
                processingTold ? lost : "not known, the processing participant does not answer"));
    synchronized (freed) {
      for (String transaction : looks.agreed(lost)) {
        freed.add(transaction);
        floor
            .ports()
            .processing()
            .tell(new ProcessingCommand.FreeHeap(transaction, floor.system().ignoreRef()));
      }
      return left.isEmpty() && lost.isEmpty() && processingTold
          ? Optional.of(
              new RecoveryStepOutcome.Done(
                  "%d holdings asked about, none of them is prepared any more; heap of %s given back; held now: %s"
                      .formatted(asked.size(), freed, counts(held))))
          : Optional.empty();
    }
  }

  private static Set<String> lost(ProcessingCommand.Facts facts, HoldingList held) {
    Set<String> lost = new TreeSet<>(facts.reserved().keySet());
    for (TransactionCommand.Held participant : held.participants()) {
      participant.holdings().forEach(holding -> lost.remove(holding.transactionId()));
      lost.removeAll(participant.working());
    }
    return lost;
  }

  /** Holdings by participant. */
  static Map<String, Integer> counts(HoldingList held) {
    Map<String, Integer> counts = new TreeMap<>();
    List<TransactionCommand.Held> participants = held.participants();
    participants.forEach(one -> counts.put(one.participant(), one.holdings().size()));
    return counts;
  }
}
