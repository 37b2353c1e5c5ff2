package io.mainstay.actors.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.transaction.ParticipantCommand;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandQueuesTest {
  private final CommandQueues queues = new CommandQueues();

  private static ParticipantCommand commit(String transactionId) {
    return new ParticipantCommand.Commit(transactionId, "memory_service", null);
  }

  @Test
  void oneOfEachTransaction_isWorkedOn_theOthersFollowInOrder() {
    ParticipantCommand second = new ParticipantCommand.Abort("T1", "memory_service", null);
    assertTrue(queues.take(commit("T1")));
    assertTrue(queues.take(commit("T2")));
    assertFalse(queues.take(second));
    assertFalse(queues.take(commit("T1")));
    assertEquals(Set.of("T1", "T2"), queues.busy());
    assertEquals(Optional.of(second), queues.over("T1"));
    assertEquals(Optional.of(commit("T1")), queues.over("T1"));
    assertEquals(Optional.empty(), queues.over("T1"));
    assertEquals(Set.of("T2"), queues.busy());
    assertTrue(queues.take(commit("T1")));
  }

  @Test
  void moreThanEightThatWait_areDropped() {
    for (int i = 0; i < 20; i++) {
      queues.take(commit("T1"));
    }
    int followed = 0;
    while (queues.over("T1").isPresent()) {
      followed++;
    }
    assertEquals(8, followed);
  }
}
