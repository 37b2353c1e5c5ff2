package io.mainstay.actors.recovery.action.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingCommand.Facts;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.actors.transaction.TransactionCommand;
import io.mainstay.actors.transaction.TransactionCommand.Held;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.transaction.Participants;
import io.mainstay.persistence.transaction.participant.Holding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SettledClaimsTest {
  private static final String ERROR = "resource_allocation_conflict";

  private final RecoveryStage stage = new RecoveryStage(ClaimActions::add);
  private final List<Holding> memory = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, Long> reserved = new ConcurrentHashMap<>();
  private final AtomicInteger looks = new AtomicInteger();
  private volatile boolean settles = true;
  private volatile Set<String> workingAtFirst = Set.of();

  @BeforeEach
  void answer() {
    stage.transaction =
        told -> {
          if (told instanceof TransactionCommand.ListHoldings list) {
            Set<String> working = looks.incrementAndGet() <= 2 ? workingAtFirst : Set.of();
            list.replyTo()
                .tell(
                    new TransactionCommand.HoldingList(
                        List.of(
                            new Held("memory", "L", new ArrayList<>(memory), Set.of()),
                            new Held(Participants.PROCESSING, "L", List.of(), working))));
          } else if (told instanceof TransactionCommand.Settle settle) {
            asked.add(settle.transactionId());
            if (settles) {
              memory.removeIf(one -> one.transactionId().equals(settle.transactionId()));
            }
          }
        };
    stage.processing =
        told -> {
          if (told instanceof ProcessingCommand.GetFacts get) {
            get.replyTo().tell(new Facts(Set.of(), Set.of(), Set.of(), Map.of(), reserved));
          } else if (told instanceof ProcessingCommand.FreeHeap free) {
            reserved.remove(free.key());
          }
        };
  }

  @AfterEach
  void end() {
    stage.close();
  }

  private static Holding holding(String transaction, boolean committed) {
    return new Holding(
        transaction,
        null,
        "",
        "L",
        committed,
        "",
        Instant.EPOCH,
        EventMeta.root(transaction, Instant.EPOCH));
  }

  @Test
  void claimsThatAreOver_areGone_andLostHeapIsGivenBack() throws Exception {
    memory.add(holding("over", false));
    memory.add(holding("committed", true));
    reserved.put("lost", 5L);
    Done done =
        assertInstanceOf(
            Done.class, stage.perform("settle_finished_claims", ERROR, "session/x", Map.of()));
    assertEquals(List.of("over"), asked);
    assertEquals(Map.of(), reserved);
    assertTrue(done.evidence().contains("heap of [lost] given back"), done.evidence());
  }

  @Test
  void claimThatStaysPrepared_isAFailureThatNamesIt() throws Exception {
    settles = false;
    memory.add(holding("undecided", false));
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.performShortly("settle_finished_claims", ERROR, "session/x", Map.of()));
    assertTrue(failed.message().contains("not decided: [undecided at memory]"), failed.message());
  }

  @Test
  void heapThatAParticipantWorksOn_isKept() throws Exception {
    workingAtFirst = Set.of("busy");
    reserved.put("busy", 5L);
    stage.processing =
        told -> {
          if (told instanceof ProcessingCommand.GetFacts get) {
            get.replyTo().tell(new Facts(Set.of(), Set.of(), Set.of(), Map.of(), reserved));
          } else if (told instanceof ProcessingCommand.FreeHeap free) {
            asked.add("freed " + free.key());
            reserved.remove(free.key());
          }
        };
    stage.perform("settle_finished_claims", ERROR, "session/x", Map.of());
    assertEquals(List.of(), asked, "its participant works on it");
  }
}
