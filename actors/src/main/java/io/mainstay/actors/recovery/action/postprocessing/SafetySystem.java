package io.mainstay.actors.recovery.action.postprocessing;

import com.typesafe.config.Config;
import io.mainstay.actors.postprocessing.image.safety.Decision;
import io.mainstay.actors.postprocessing.image.safety.PictureRules;
import io.mainstay.actors.postprocessing.image.safety.PolicySource;
import io.mainstay.actors.postprocessing.image.safety.SafetyGate;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.postprocessing.image.safety.SafetySettings;
import io.mainstay.actors.processing.image.Picture;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.persistence.review.ReviewQueue;
import io.mainstay.persistence.review.ReviewSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The parts of the safety gate as they are now: the policy, the rules, the review queue. */
final class SafetySystem {
  private static final String PICTURES = "mainstay.processing.pictures";
  private static final String HARMLESS = "a red circle on a white background";

  private static final double QUALITY_BEST = 10;

  private final ActionFloor floor;
  private final ModelQuestions models;
  private final PolicySource source;
  private final String model;
  private final int reviewsMax;

  SafetySystem(ActionFloor floor) {
    Config pictures = floor.around().config().getConfig(PICTURES);
    this.floor = floor;
    this.models = new ModelQuestions(floor);
    this.source = new PolicySource(SafetySettings.of(pictures.getConfig("safety")));
    this.model = pictures.getString("safety-model");
    this.reviewsMax = ReviewSettings.of(floor.around().config()).openMax();
  }

  /** The model that the gate judges by, where it can be used; by no other. */
  String model() {
    return model;
  }

  /** Reviews that may wait for a person; one more is refused. */
  int reviewsMax() {
    return reviewsMax;
  }

  /** The policy that counts now; fails if it cannot be used, with the file's name. */
  CompletionStage<SafetyPolicy> policy() {
    return models
        .resolve(model, floor.answerWithin())
        // Without the model our own policy counts.
        .<Path>handle(
            (found, failure) ->
                found == null || found.safety() == null ? null : found.safety().policy())
        .thenCompose(
            shipped ->
                floor.blocking(
                    () -> {
                      try {
                        return source.policy(shipped).policy();
                      } catch (IOException unreadable) {
                        throw new UncheckedIOException(unreadable);
                      }
                    }));
  }

  /** The review queue answers. */
  CompletionStage<ReviewQueue.Page> reviews() {
    return floor.ask(
        floor.around().reviews(), replyTo -> new ReviewQueue.ListReviews(true, 0, 1, replyTo));
  }

  /** Everything works as before; completes with evidence, fails with what does not. */
  CompletionStage<String> whole() {
    return policy()
        .thenCombine(
            reviews(),
            (policy, page) ->
                "policy %s is read, %d reviews wait".formatted(policy.version(), page.open()));
  }

  /**
   * The gate, judging by rules alone, does with a picture whose prompt holds a forbidden term what
   * the policy says, and delivers a harmless one.
   *
   * @throws IllegalStateException if not
   */
  static String provenRules(SafetyPolicy policy) {
    PictureRules rules = new PictureRules(policy);
    Decision unsafe = Decision.DELIVERED.or(policy.belowSafety().decision());
    List<String> wrong = new ArrayList<>();
    for (String term : policy.forbiddenTerms()) {
      Decision decided = decided(policy, rules, "a drawing of a " + term);
      if (decided != unsafe) {
        wrong.add(term + " is " + decided.wireName());
      }
    }
    Decision harmless = decided(policy, rules, HARMLESS);
    if (!wrong.isEmpty() || harmless != Decision.DELIVERED) {
      throw new IllegalStateException(
          "By the rules of %s the gate decides: %s, instead of %s; a harmless picture is %s"
              .formatted(policy.version(), wrong, unsafe.wireName(), harmless.wireName()));
    }
    return "by the rules of %s the gate has a picture of each of its %d terms %s, and a harmless one %s"
        .formatted(
            policy.version(),
            policy.forbiddenTerms().size(),
            unsafe.wireName(),
            harmless.wireName());
  }

  private static Decision decided(SafetyPolicy policy, PictureRules rules, String prompt) {
    Picture blank = new Picture(1, 1, new float[Picture.CHANNELS]);
    return SafetyGate.decide(policy, rules.judge(prompt, blank), QUALITY_BEST, List.of())
        .decision();
  }
}
