package io.mainstay.actors.recovery.action.postprocessing;

import com.typesafe.config.Config;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.image.safety.PictureRules;
import io.mainstay.actors.postprocessing.image.safety.PolicySource;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.postprocessing.image.safety.SafetySettings;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.persistence.review.ReviewQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The parts of the safety gate as they are now: the policy, the rules, the review queue. */
final class SafetySystem {
  private static final String PICTURES = "mainstay.processing.pictures";
  private static final String HARMLESS = "a red circle on a white background";

  private final ActionFloor floor;
  private final PolicySource source;
  private final String model;

  SafetySystem(ActionFloor floor) {
    Config pictures = floor.around().config().getConfig(PICTURES);
    this.floor = floor;
    this.source = new PolicySource(SafetySettings.of(pictures.getConfig("safety")));
    this.model = pictures.getString("safety-model");
  }

  /** The policy that counts now; fails if it cannot be used, with the file's name. */
  CompletionStage<SafetyPolicy> policy() {
    return floor
        .<ModelCommand, ModelDescriptor>askStatus(
            floor.ports().model(),
            replyTo -> new ModelCommand.Resolve(model, replyTo),
            floor.answerWithin())
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
   * The rules find what a policy forbids in a prompt, and nothing in a harmless one.
   *
   * @throws IllegalStateException if not
   */
  static String provenRules(SafetyPolicy policy) {
    PictureRules rules = new PictureRules(policy);
    List<String> forbidden =
        policy.forbiddenTerms().stream()
            .filter(term -> rules.prompt("a drawing of a " + term).isEmpty())
            .toList();
    List<String> harmless = rules.prompt(HARMLESS);
    if (!forbidden.isEmpty() || !harmless.isEmpty()) {
      throw new IllegalStateException(
          "The rules of %s miss %s and flag a harmless prompt for %s"
              .formatted(policy.version(), forbidden, harmless));
    }
    return "the rules of %s find each of its %d terms and nothing in a harmless prompt"
        .formatted(policy.version(), policy.forbiddenTerms().size());
  }
}
