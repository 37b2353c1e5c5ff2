package io.mainstay.actors.processing.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class CheckpointMarkTest {
  private static final IntPredicate NONE = step -> false;

  private static CheckpointMark begun(CheckpointMark mark, int step, int kept) {
    return mark.begun(step, mark.superseded(kept, NONE));
  }

  @Test
  void aLaterOneIsNamed_theEarlierAreLetGoWithTheNext() {
    CheckpointMark third = begun(CheckpointMark.beginning(0, 0, List.of()), 3, 1).done(1, 3);
    assertEquals(List.of(), third.superseded(1, NONE));
    CheckpointMark sixth = begun(third, 6, 1);
    assertTrue(sixth.writing());
    assertEquals(List.of(), sixth.superseded(1, NONE), "the journal names the third still");
    CheckpointMark named = sixth.done(2, 6);
    assertEquals(List.of(3), named.superseded(1, NONE));
    assertEquals(List.of(6, 9), begun(named, 9, 1).owned());
  }

  @Test
  void oneThatWasNotNamed_supersedesNothing_andIsLetGoLater() {
    CheckpointMark skipped = begun(CheckpointMark.beginning(0, 2, List.of()), 5, 1).skipped(1, 5);
    assertFalse(skipped.writing());
    assertEquals(List.of(), skipped.superseded(1, NONE));
    assertEquals(List.of(2, 5), skipped.owned());
    assertEquals(List.of(2, 5), begun(skipped, 8, 1).done(2, 8).superseded(1, NONE));
  }

  @Test
  void batchBeginsAnew_theNextOneIsBeyondTheNamed() {
    CheckpointMark anew =
        begun(CheckpointMark.beginning(0, 2, List.of()), 7, 1).done(1, 7).from(2, 0);
    assertEquals(7, anew.step());
    assertEquals(List.of(2), anew.superseded(1, NONE));
  }

  @Test
  void theLatestEarlierOnesStay_asManyAsAreKept_alsoThoseOfAnEarlierLife() {
    CheckpointMark named = begun(CheckpointMark.beginning(0, 9, List.of(6, 3)), 12, 3).done(1, 12);
    assertEquals(List.of(3), named.superseded(3, NONE));
    assertEquals(List.of(6, 9, 12, 15), begun(named, 15, 3).owned());
  }

  @Test
  void batchThatGoesBack_takesItsNextOneBehindThat_andKeepsTheLaterOnesWhoLive() {
    CheckpointMark back = CheckpointMark.beginning(0, 9, List.of(3, 6)).back(1, 3);
    assertEquals(3, back.step());
    assertEquals(3, back.named());
    assertEquals(List.of(), back.superseded(1, NONE));
  }

  @Test
  void heldOnes_stayBesideThoseThatAreKept_andAreLetGoOnceTheyAreNotHeld() {
    CheckpointMark named = begun(CheckpointMark.beginning(0, 9, List.of(6, 3)), 12, 3).done(1, 12);
    assertEquals(List.of(), named.superseded(3, step -> step == 3));
    assertEquals(List.of(3), named.superseded(2, step -> step == 6));
    CheckpointMark held = named.begun(15, named.superseded(3, step -> step == 3));
    assertEquals(List.of(3, 6, 9, 12, 15), held.owned());
    assertEquals(List.of(3, 6), held.done(2, 15).superseded(3, NONE));
  }

  @Test
  void stepsOfAnEarlierJob_areLetGoWithItsOwn() {
    CheckpointMark heir = begun(CheckpointMark.beginning(0, 3, List.of()), 6, 3).done(1, 6);
    CheckpointMark owning = heir.owning(List.of(9, 6, 1));
    assertEquals(List.of(1, 3, 6, 9), owning.owned());
    assertEquals(List.of(1), owning.superseded(2, NONE), "what is beyond the named one stays");
    assertEquals(6, owning.named());
  }
}
