package io.mainstay.actors.processing.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointMarkTest {
  @Test
  void aLaterOneIsNamed_theEarlierAreLetGoWithTheNext() {
    CheckpointMark third = CheckpointMark.beginning(0, 0, List.of()).begun(3, 1).done(1, 3);
    assertEquals(List.of(), third.superseded(1));
    CheckpointMark sixth = third.begun(6, 1);
    assertTrue(sixth.writing());
    assertEquals(List.of(), sixth.superseded(1), "the journal names the third still");
    CheckpointMark named = sixth.done(2, 6);
    assertEquals(List.of(3), named.superseded(1));
    assertEquals(List.of(6, 9), named.begun(9, 1).owned());
  }

  @Test
  void oneThatWasNotNamed_supersedesNothing_andIsLetGoLater() {
    CheckpointMark skipped = CheckpointMark.beginning(0, 2, List.of()).begun(5, 1).skipped(1, 5);
    assertFalse(skipped.writing());
    assertEquals(List.of(), skipped.superseded(1));
    assertEquals(List.of(2, 5), skipped.owned());
    assertEquals(List.of(2, 5), skipped.begun(8, 1).done(2, 8).superseded(1));
  }

  @Test
  void batchBeginsAnew_theNextOneIsBeyondTheNamed() {
    CheckpointMark anew =
        CheckpointMark.beginning(0, 2, List.of()).begun(7, 1).done(1, 7).from(2, 0);
    assertEquals(7, anew.step());
    assertEquals(List.of(2), anew.superseded(1));
  }

  @Test
  void theLatestEarlierOnesStay_asManyAsAreKept_alsoThoseOfAnEarlierLife() {
    CheckpointMark named = CheckpointMark.beginning(0, 9, List.of(6, 3)).begun(12, 3).done(1, 12);
    assertEquals(List.of(3), named.superseded(3));
    assertEquals(List.of(6, 9, 12, 15), named.begun(15, 3).owned());
  }

  @Test
  void batchThatGoesBack_takesItsNextOneBehindThat_andKeepsTheLaterOnesWhoLive() {
    CheckpointMark back = CheckpointMark.beginning(0, 9, List.of(3, 6)).back(1, 3);
    assertEquals(3, back.step());
    assertEquals(3, back.named());
    assertEquals(List.of(), back.superseded(1));
  }
}
