package io.mainstay.actors.processing.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointMarkTest {
  @Test
  void aLaterOneIsNamed_theEarlierAreLetGoWithTheNext() {
    CheckpointMark third = CheckpointMark.beginning(0, 0).begun(3).done(1, 3);
    assertEquals(List.of(), third.superseded());
    CheckpointMark sixth = third.begun(6);
    assertTrue(sixth.writing());
    assertEquals(List.of(), sixth.superseded(), "the journal names the third still");
    CheckpointMark named = sixth.done(2, 6);
    assertEquals(List.of(3), named.superseded());
    assertEquals(List.of(6, 9), named.begun(9).owned());
  }

  @Test
  void oneThatWasNotNamed_supersedesNothing_andIsLetGoLater() {
    CheckpointMark skipped = CheckpointMark.beginning(0, 2).begun(5).skipped(1, 5);
    assertFalse(skipped.writing());
    assertEquals(List.of(), skipped.superseded());
    assertEquals(List.of(2, 5), skipped.owned());
    assertEquals(List.of(2, 5), skipped.begun(8).done(2, 8).superseded());
  }

  @Test
  void batchBeginsAnew_theNextOneIsBeyondTheNamed() {
    CheckpointMark anew = CheckpointMark.beginning(0, 2).begun(7).done(1, 7).from(2, 0);
    assertEquals(7, anew.step());
    assertEquals(List.of(2), anew.superseded());
  }
}
