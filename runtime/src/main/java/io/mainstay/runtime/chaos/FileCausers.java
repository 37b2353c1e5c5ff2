package io.mainstay.runtime.chaos;

import io.mainstay.actors.gateway.ErrorView;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;

/** Damage to files of a node of ours: models, their schedulers, the safety policy. */
final class FileCausers {
  private static final Duration VERIFY_BOUND = Duration.ofSeconds(60);

  /** Critical errors within that time count together: mainstay.escalation.multiple-critical. */
  private static final Duration TOGETHER = Duration.ofSeconds(60);

  private static final String SMALL = "shapes-64-small";

  /** The one that pictures are judged by; the node's own copy of it comes before the product's. */
  static final String SAFETY = "safety-signs";

  private static final String UPSCALER = "upscaler-shapes";
  private static final String TEXT_MODEL = "all-minilm-l6-v2-q";

  /** More than one that loads and those that may wait for it. */
  private static final int CROWD = 6;

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

  /** The model that judges the node's pictures is damaged, and pictures are drawn meanwhile. */
  static Instant damagedSafetyModel(ChaosStage stage, String device) throws IOException {
    ModelCopy copy = ModelCopy.of(stage, SAFETY, SAFETY);
    stage.client().rescanModels(VERIFY_BOUND);
    Instant at = Instant.now();
    copy.flip("classifier/model.onnx");
    stage.client().verifyModels(SAFETY, VERIFY_BOUND);
    drawnWith(stage, SMALL);
    return at;
  }

  /** The recipe of a picture model, its scheduler, cannot be read. */
  static Instant damagedScheduler(ChaosStage stage, String device) throws IOException {
    String id = "chaos-scheduler";
    ModelCopy copy = ModelCopy.of(stage, SMALL, id).withoutManifest();
    stage.client().rescanModels(VERIFY_BOUND);
    // What was good once is there to fall back to.
    drawnWith(stage, id);
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

  /** A text model whose manifest promises other embeddings than its file gives. */
  static Instant otherVersion(ChaosStage stage, String device) throws IOException {
    String id = "chaos-version";
    Path directory = Files.createDirectories(stage.models().resolve(id));
    Files.write(directory.resolve("model.onnx"), shipped(TEXT_MODEL + ".onnx"));
    Files.write(directory.resolve("tokenizer.json"), shipped(TEXT_MODEL + "-tokenizer.json"));
    String manifest =
        new String(
            shipped("mainstay/models/" + TEXT_MODEL + "/model.conf"), StandardCharsets.UTF_8);
    Files.writeString(
        directory.resolve("model.conf"),
        manifest
            .replace("id = " + TEXT_MODEL, "id = " + id)
            .replaceAll("(?m)^ *resource = .*$", "")
            .replace("dimensions = 384", "dimensions = 768"));
    stage.client().rescanModels(VERIFY_BOUND);
    return refusedLoad(stage, id, device);
  }

  private static byte[] shipped(String resource) throws IOException {
    try (InputStream in = FileCausers.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw CliFailure.failed(resource + " is not on the class path", "install it again");
      }
      return in.readAllBytes();
    }
  }

  /** A model that needs more than any device has. */
  static Instant tooLarge(ChaosStage stage, String device) throws IOException {
    String id = "chaos-large";
    ModelCopy copy = ModelCopy.of(stage, SMALL, id);
    Path manifest = copy.file("model.conf");
    copy.write(
        "model.conf",
        Files.readString(manifest).replaceFirst("memory = \"[^\"]*\"", "memory = \"64 GiB\""));
    stage.client().rescanModels(VERIFY_BOUND);
    Instant at = Instant.now();
    drawnWith(stage, id);
    return at;
  }

  private static Instant refusedLoad(ChaosStage stage, String id, String device) {
    stage.serving(device);
    Instant at = Instant.now();
    try {
      stage.client().loadModel(id, device, VERIFY_BOUND);
    } catch (RequestRefusedException expected) {
      stage.note("refused: " + expected.code() + ": " + expected.getMessage());
      return at;
    }
    throw CliFailure.failed(id + " was loaded onto " + device, "report the defect");
  }

  /** Many models are to be loaded onto one device at once. */
  static Instant crowd(ChaosStage stage, String device) throws IOException {
    for (int i = 0; i < CROWD; i++) {
      ModelCopy.of(stage, UPSCALER, crowded(i));
    }
    stage.client().rescanModels(VERIFY_BOUND);
    stage.serving(device);
    Instant at = Instant.now();
    for (int i = 0; i < CROWD; i++) {
      stage.client().ask(new GatewayRequest.LoadModel(crowded(i), device));
    }
    return at;
  }

  /** They are gone again. */
  static void disperse(ChaosStage stage, String device) throws IOException {
    for (int i = 0; i < CROWD; i++) {
      try {
        stage.client().unloadModel(crowded(i), "");
      } catch (RequestRefusedException notThere) {
        stage.note("not loaded: " + notThere.code());
      }
      ModelCopy.remove(stage, crowded(i));
    }
    stage.client().rescanModels(VERIFY_BOUND);
  }

  private static String crowded(int number) {
    return "chaos-crowd-" + number;
  }

  /** Shared memory, a model and the safety policy are damaged within a moment: the third is it. */
  static Instant manyCriticals(ChaosStage stage, String device) throws IOException {
    ChaosStage.await(
        "no other critical error was seen within " + TOGETHER.toSeconds() + " s",
        TOGETHER.multipliedBy(2),
        () -> stage.client().errors().stream().noneMatch(FileCausers::isCriticalNow));
    stage.signal(stage.serving(device).pid(), "BUS");
    damagedModel(stage, device);
    Instant at = Instant.now();
    damagedPolicy(stage, device);
    return at;
  }

  private static boolean isCriticalNow(ErrorView error) {
    return error.lastAt() != null
        && error.lastSeverity().equals("critical")
        && error.lastAt().plus(TOGETHER).isAfter(Instant.now());
  }

  /** What was damaged is whole. */
  static void restoreMany(ChaosStage stage, String device) throws IOException {
    restorePolicy(stage, device);
    removed("chaos-damaged").mend(stage, device);
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
