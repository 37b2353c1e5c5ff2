package io.mainstay.actors.recovery.action.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.pattern.StatusReply;
import io.mainstay.actors.processing.HoldCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingCommand.Facts;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClaimActionsTest {
  private static final String URGENT = "urgent";
  private static final String LEAST = "least";

  private final RecoveryStage stage = new RecoveryStage(ClaimActions::add);
  private final List<Set<String>> rested = new CopyOnWriteArrayList<>();
  private volatile Set<String> kept = Set.of();
  private final AtomicInteger looks = new AtomicInteger();

  @AfterEach
  void end() {
    stage.close();
  }

  private void working(IntFunction<Set<String>> runnersOfLook) {
    stage.processing =
        told -> {
          if (told instanceof ProcessingCommand.GetFacts get) {
            get.replyTo()
                .tell(
                    new Facts(
                        rested.isEmpty()
                            ? runnersOfLook.apply(looks.incrementAndGet())
                            : Set.of(URGENT),
                        Set.of(URGENT, LEAST),
                        Set.of(),
                        Map.of(),
                        Map.of(),
                        kept));
          } else if (told instanceof ProcessingCommand.GetSession get) {
            get.replyTo().tell(StatusReply.success(view(get.sessionId())));
          } else if (told instanceof HoldCommand.Rest rest) {
            rested.add(rest.sessions());
            rest.replyTo().tell(new HoldCommand.Resting(rest.sessions(), rest.sessions()));
          }
        };
  }

  @Test
  void leastUrgentOne_rests_whereTwoLooksFindAMoreUrgentOneWaiting() throws Exception {
    working(look -> Set.of(LEAST));
    Done done = preempt();
    assertEquals(List.of(Set.of(LEAST)), rested);
    assertTrue(done.evidence().contains("urgent has its turn"), done.evidence());
  }

  @Test
  void urgentOneThatHasItsTurnAtTheSecondLook_bothersNobody() throws Exception {
    working(look -> look == 1 ? Set.of(LEAST) : Set.of(LEAST, URGENT));
    Done done = preempt();
    assertEquals(List.of(), rested);
    assertTrue(done.enough(), done.evidence());
  }

  @Test
  void urgentOneThatMayNotBeWorkedOn_bothersNobody() throws Exception {
    kept = Set.of(URGENT);
    working(look -> Set.of(LEAST));
    Done done = preempt();
    assertEquals(List.of(), rested);
    assertTrue(done.enough(), done.evidence());
    assertTrue(done.evidence().contains("(kept from work"), done.evidence());
  }

  private Done preempt() throws Exception {
    return assertInstanceOf(
        Done.class,
        stage.perform(
            "preempt_least_urgent",
            "resource_allocation_conflict",
            "session/x",
            Map.of("rest_at_most_ms", "1000")));
  }

  private static SessionView view(String id) {
    WorkClass[] classes = WorkClass.values();
    return new SessionView(
        id,
        "text-embedding",
        "running",
        id.equals(URGENT) ? classes[0] : classes[classes.length - 1],
        8,
        4,
        List.of(),
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        "",
        Instant.EPOCH,
        null,
        "",
        "",
        "",
        List.of(),
        0,
        List.of());
  }
}
