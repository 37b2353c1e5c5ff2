package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.session.DocumentRange;
import org.junit.jupiter.api.Test;

class WorkOwnerTest {
  private static final DocumentRange WHOLE = new DocumentRange(0, 4);

  @Test
  void checkpoints_ofABatchAndItsLeftHalf_haveOwnersOfTheirOwn() {
    String owner = WorkOwner.ofCheckpoint("01KA", WHOLE, 3);
    assertNotEquals(owner, WorkOwner.ofCheckpoint("01KA", WHOLE.left(), 3));
    assertNotEquals(owner, WorkOwner.ofCheckpoint("01KA", WHOLE, 6));
    assertTrue(owner.endsWith(WorkOwner.SUFFIX), owner);
    assertEquals("01KA", WorkOwner.sessionOf(owner));
  }
}
