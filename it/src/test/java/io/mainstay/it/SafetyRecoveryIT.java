package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.it.Prompts.Scene;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody damages the node's safety policy while it runs, and repairs it. */
class SafetyRecoveryIT {
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final String ERROR = "safety_validation_system_failure";
  private static final String MODE = "safety_first_mode";
  private static final String POLICY =
      """
      {
        "event_type": "safety_policy_update",
        "policy_version": "node-1",
        "safety_thresholds": {
          "content_safety_minimum": 0.5, "quality_minimum": 0.0, "technical_compliance": "strict"
        },
        "enforcement_actions": {
          "below_safety_threshold": "reject", "below_quality_threshold": "flag_for_review"
        },
        "forbidden_classes": ["warning_sign"],
        "forbidden_prompt_terms": ["warning sign"]
      }
      """;

  @TempDir Path directory;

  @Test
  void policyIsDamaged_everythingIsWithheldForAPerson_untilItCanBeReadAgain() throws Exception {
    Path policy = Files.writeString(directory.resolve("policy.json"), POLICY);
    try (PictureStage stage = PictureStage.start(directory, conf(policy))) {
      Path prompts =
          Prompts.write(
              directory.resolve("prompts.txt"), List.of(new Scene("red", "circle", "blue")));
      stage.submit(0, "before", "text-to-image", prompts, "steps=4");
      assertEquals(1, PictureFiles.in(directory.resolve("before")).size());

      Files.writeString(policy, "{ \"policy_version\": ");
      PictureStage.assertRefused(
          stage.cli("submit", "text-to-image", "--input", prompts.toString(), "--param", "steps=4"),
          "safety policy");
      FaultChain chain = FaultChain.await(stage.client(), ERROR, 0);
      RecoveryJournal.Ended ended =
          new RecoveryJournal(stage.client())
              .awaitEnded("safety_validation_recovery", chain.escalatedId());
      assertEquals("RECOVERED", ended.end(), ended.toString());
      assertEquals("block_all_potentially_unsafe_content", ended.steps().get(0));
      assertTrue(holds(stage), "the node is careful");
      assertEquals(1, alerts(stage));

      JsonNode withheld = stage.submit(4, "careful", "text-to-image", prompts, "steps=4");
      assertEquals("completed", withheld.get("state").asText(), withheld.toString());
      assertEquals(List.of(), PictureFiles.in(directory.resolve("careful")));
      String review = stage.json(0, "reviews").get("reviews").toString();
      assertTrue(review.contains(withheld.get("sessionId").asText()), review);

      Files.writeString(policy, POLICY);
      await("the node judges as before").atMost(BOUND).until(() -> !holds(stage));
      assertEquals(0, alerts(stage));
      CausePath.toMode(stage.client(), "ModeLeft", MODE)
          .assertLeadsFrom(
              chain.raisedId(),
              "FaultRaised",
              "EscalationDecided",
              "RecoveryBegun",
              "RecoveryStepBegun",
              "GroundTaken",
              "ModeEntered",
              "RestorationBegun",
              "ModeLeft");
      stage.submit(0, "after", "text-to-image", prompts, "steps=4");
      assertEquals(1, PictureFiles.in(directory.resolve("after")).size());
    }
  }

  private static String conf(Path policy) {
    return """
    mainstay.postprocessing.safety.policy = "%s"
    mainstay.recovery.safety.look-again = 200ms
    mainstay.modes.watch.memory = off
    mainstay.modes.modes.safety_first_mode { least-stay = 1s, quiet = 1s }
    """
        .formatted(policy);
  }

  private static boolean holds(PictureStage stage) throws Exception {
    for (JsonNode mode : stage.json(0, "mode").get("modes")) {
      if (mode.get("mode").asText().equals(MODE) && mode.get("active").asBoolean()) {
        return true;
      }
    }
    return false;
  }

  private static long alerts(PictureStage stage) {
    return stage.client().alerts(true).stream()
        .filter(alert -> alert.kind().equals("safety_system_failed"))
        .count();
  }
}
