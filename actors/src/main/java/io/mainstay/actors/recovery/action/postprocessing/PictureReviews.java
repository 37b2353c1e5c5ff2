package io.mainstay.actors.recovery.action.postprocessing;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.failed;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.postprocessing.image.safety.Decision;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Whether people can judge what is withheld: the queue of reviews. Thread-safe. */
final class PictureReviews {
  /** Errors of pictures that are poor. */
  private static final Set<String> POOR =
      Set.of(
          ErrorNames.POSTPROCESSING_QUALITY_DEGRADATION.code(),
          ErrorNames.BELOW_QUALITY_THRESHOLD.code());

  private final ActionFloor floor;
  private final SafetySystem safety;

  PictureReviews(ActionFloor floor, SafetySystem safety) {
    this.floor = floor;
    this.safety = safety;
  }

  /**
   * Whatever is withheld can be put before a person: the queue answers and has room. Where pictures
   * are poor that is all that is left to do, and enough if the policy puts them there.
   */
  CompletionStage<RecoveryStepOutcome> enable(Task task) {
    return floor
        .await(
            task,
            () ->
                safety
                    .reviews()
                    .thenApply(page -> Optional.of(room(page.open(), safety.reviewsMax()))),
            () -> "the review queue does not answer")
        .thenCompose(
            outcome ->
                outcome instanceof RecoveryStepOutcome.Done done
                        && POOR.contains(task.plan().error())
                    ? safety.policy().thenApply(policy -> poor(policy, done.evidence()))
                    : now(outcome));
  }

  /**
   * @param open reviews that wait
   * @param most that may
   */
  static RecoveryStepOutcome room(int open, int most) {
    return open < most
        ? done(
            "%d pictures wait for a person, the review queue has room for %d more"
                .formatted(open, most - open))
        : failed(
            "review_queue_full",
            "%d pictures wait for a person, which is all that mainstay.persistence.review.open-max"
                    .formatted(open)
                + " allows: what is withheld now nobody can decide about. Decide some of them, see"
                + " 'mainstay reviews', or raise the limit");
  }

  /**
   * @param room evidence that there is some
   */
  static RecoveryStepOutcome poor(SafetyPolicy policy, String room) {
    Decision decision = policy.belowQuality().decision();
    return done(
        "policy %s has a picture below a quality of %s %s; %s"
            .formatted(policy.version(), policy.qualityMinimum(), decision.wireName(), room),
        decision != Decision.DELIVERED);
  }
}
