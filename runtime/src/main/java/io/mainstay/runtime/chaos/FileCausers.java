package io.mainstay.runtime.chaos;

import io.mainstay.client.RequestRefusedException;
import io.mainstay.persistence.session.SessionView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;

/** Damage to files of a node of ours: models, their schedulers, the safety policy. */
final class FileCausers {
  private static final Duration VERIFY_BOUND = Duration.ofSeconds(60);
  private static final String SMALL = "shapes-64-small";
  private static final String UNET = "unet/model.onnx";
  private static final String DECODER = "vae_decoder/model.onnx";
  private static final String SCHEDULER = "scheduler/scheduler_config.json";

  /** Where a node of ours has its safety policy. */
  static final String POLICY = "safety-policy.json";

  private static final String STRICT_POLICY =
      """
      {
        "policy_version": "chaos-strict",
        "safety_thresholds": {
          "content_safety_minimum": 1.0, "quality_minimum": 7.0, "technical_compliance": "strict"
        },
        "enforcement_actions": {
          "below_safety_threshold": "reject", "below_quality_threshold": "flag_for_review"
        },
        "forbidden_classes": [], "forbidden_prompt_terms": []
      }
      """;

  private FileCausers() {}

  /** A bit of a model's file is another than its checksum says. */
  static Instant damagedModel(ChaosStage stage, String device) throws IOException {
    return verified(stage, "chaos-damaged", SMALL, copy -> copy.flip(UNET));
  }

  /** The file of a component is gone. */
  static Instant missingComponent(ChaosStage stage, String device) throws IOException {
    return verified(stage, "chaos-missing", SMALL, copy -> Files.delete(copy.file(UNET)));
  }

  /** A model's manifest cannot be read. */
  static Instant damagedManifest(ChaosStage stage, String device) throws IOException {
    return rescanned(
        stage, "chaos-manifest", SMALL, copy -> copy.write("model.conf", "id = \"chaos-manifest"));
  }

  /** Two components of a model have changed places. */
  static Instant swappedComponents(ChaosStage stage, String device) throws IOException {
    return rescanned(
        stage, "chaos-swapped", SMALL, copy -> copy.withoutManifest().swap(UNET, DECODER));
  }

  /** The model that judges pictures is damaged. */
  static Instant damagedSafetyModel(ChaosStage stage, String device) throws IOException {
    return verified(
        stage, "chaos-safety", "safety-signs", copy -> copy.flip("classifier/model.onnx"));
  }

  /** The recipe of a picture model, its scheduler, cannot be read. */
  static Instant damagedScheduler(ChaosStage stage, String device) throws IOException {
    String id = "chaos-scheduler";
    ModelCopy copy = ModelCopy.of(stage, SMALL, id).withoutManifest();
    stage.client().rescanModels(VERIFY_BOUND);
    Instant at = Instant.now();
    copy.write(SCHEDULER, "{ \"_class_name\": ");
    drawnWith(stage, id);
    return at;
  }

  /** The node's safety policy cannot be read. */
  static Instant damagedPolicy(ChaosStage stage, String device) throws IOException {
    Instant at = Instant.now();
    Files.writeString(policy(stage), "{ \"policy_version\": ");
    drawnWith(stage, SMALL);
    return at;
  }

  /** No picture is as safe as the policy demands. */
  static Instant unsafePictures(ChaosStage stage, String device) throws IOException {
    Instant at = Instant.now();
    Files.writeString(policy(stage), STRICT_POLICY);
    drawnWith(stage, SMALL);
    return at;
  }

  /** The policy that is shipped with the safety model counts again. */
  static void restorePolicy(ChaosStage stage, String device) throws IOException {
    writePolicy(stage.data());
  }

  /** Writes the policy of a node of ours. */
  static void writePolicy(Path data) throws IOException {
    Path good =
        Path.of(System.getProperty("mainstay.home", "."))
            .resolve("runtime/models/safety-signs/policy.json");
    Files.createDirectories(data.getParent());
    Files.copy(good, data.resolveSibling(POLICY), StandardCopyOption.REPLACE_EXISTING);
  }

  /** The copy is gone, and the node knows it. */
  static Mender removed(String id) {
    return (stage, device) -> {
      ModelCopy.remove(stage, id);
      stage.client().rescanModels(VERIFY_BOUND);
    };
  }

  private static Path policy(ChaosStage stage) {
    return stage.data().resolveSibling(POLICY);
  }

  /** What is done to a copy. */
  private interface Damage {
    void to(ModelCopy copy) throws IOException;
  }

  private static Instant verified(ChaosStage stage, String id, String model, Damage damage)
      throws IOException {
    ModelCopy copy = ModelCopy.of(stage, model, id);
    stage.client().rescanModels(VERIFY_BOUND);
    Instant at = Instant.now();
    damage.to(copy);
    stage.client().verifyModels(id, VERIFY_BOUND);
    return at;
  }

  private static Instant rescanned(ChaosStage stage, String id, String model, Damage damage)
      throws IOException {
    ModelCopy copy = ModelCopy.of(stage, model, id);
    stage.client().rescanModels(VERIFY_BOUND);
    Instant at = Instant.now();
    damage.to(copy);
    stage.client().rescanModels(VERIFY_BOUND);
    return at;
  }

  /**
   * Asks for pictures; a node that refuses them at once has seen the damage. A session that fails
   * for it is no lost work: that it must fail is the point.
   */
  private static void drawnWith(ChaosStage stage, String model) throws IOException {
    SessionView view;
    try {
      String session = stage.client().submit(stage.work().pictures().with("model", model));
      view = stage.client().awaitSession(session, VERIFY_BOUND);
    } catch (RequestRefusedException seen) {
      stage.note("refused: " + seen.code() + ": " + seen.getMessage());
      return;
    } catch (TimeoutException late) {
      stage.note(late.getMessage());
      return;
    }
    stage.note(
        "the session "
            + view.state()
            + (view.code().isEmpty() ? "" : ": " + view.code() + ": " + view.message())
            + (view.degradations().isEmpty() ? "" : "; " + view.degradations()));
  }
}
