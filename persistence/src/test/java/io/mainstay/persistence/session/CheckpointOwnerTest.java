package io.mainstay.persistence.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CheckpointOwnerTest {
  @Test
  void owner_namesItsSessionAndTheFirstDocument() {
    String owner = CheckpointOwner.of("01KA", new DocumentRange(8, 16));
    assertEquals("checkpoint:01KA:8", owner);
    assertTrue(owner.startsWith(CheckpointOwner.prefixOf("01KA")));
    assertEquals("01KA", CheckpointOwner.sessionOf(owner));
  }

  @Test
  void otherOwners_haveNoSession() {
    assertThrows(IllegalArgumentException.class, () -> CheckpointOwner.sessionOf("01KA/work"));
    assertThrows(IllegalArgumentException.class, () -> CheckpointOwner.sessionOf("checkpoint:"));
  }
}
