package io.mainstay.actors.recovery.action.postprocessing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.mainstay.actors.postprocessing.image.safety.Enforcement;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.postprocessing.image.safety.TechnicalCompliance;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PictureReviewsTest {
  @Test
  void queue_hasRoom_untilAsManyWaitAsMay() {
    assertEquals(
        new Done("1 pictures wait for a person, the review queue has room for 1 more"),
        PictureReviews.room(1, 2));
    assertEquals(
        "review_queue_full", assertInstanceOf(Failed.class, PictureReviews.room(2, 2)).code());
    assertEquals(
        "review_queue_full", assertInstanceOf(Failed.class, PictureReviews.room(3, 2)).code());
  }

  /** A policy that lets poor pictures pass puts them before nobody. */
  @ParameterizedTest
  @EnumSource(Enforcement.class)
  void poorPictures_areAPersons_unlessThePolicyDeliversThem(Enforcement belowQuality) {
    SafetyPolicy policy =
        new SafetyPolicy(
            "v1",
            0.5,
            3,
            TechnicalCompliance.STRICT,
            Enforcement.REJECT,
            belowQuality,
            List.of(),
            List.of());
    Done done = assertInstanceOf(Done.class, PictureReviews.poor(policy, "there is room"));
    assertEquals(belowQuality != Enforcement.ALLOW, done.enough());
    assertEquals(
        "policy v1 has a picture below a quality of 3.0 %s; there is room"
            .formatted(belowQuality.decision().wireName()),
        done.evidence());
  }
}
