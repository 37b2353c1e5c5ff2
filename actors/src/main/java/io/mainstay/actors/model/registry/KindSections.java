package io.mainstay.actors.model.registry;

import com.typesafe.config.Config;
import io.mainstay.actors.model.ModelDescriptor.TextSignature;
import io.mainstay.actors.model.ModelSignature;
import io.mainstay.actors.model.SafetySignature;
import io.mainstay.actors.model.UpscaleSignature;
import io.mainstay.actors.model.registry.ManifestReader.ManifestInvalidException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The parts of a manifest that belong to one kind of model; absent in those of another.
 *
 * @param text of a text embedding model
 * @param image of a text-to-image model
 * @param upscale of an upscaling model
 * @param safety of a safety model
 */
record KindSections(
    Optional<TextSignature> text,
    Optional<ImageLimits> image,
    Optional<UpscaleSignature> upscale,
    Optional<SafetyClasses> safety) {
  static final String TEXT_EMBEDDING = "text-embedding";
  static final String TEXT_TO_IMAGE = "text-to-image";
  static final String UPSCALING = "upscaling";
  static final String SAFETY = "safety";

  /** A manifest's {@code safety}: size that the classifier takes, and its classes in order. */
  record SafetyClasses(int width, int height, List<String> classes) {
    SafetyClasses {
      classes = List.copyOf(classes);
    }
  }

  static KindSections none() {
    return new KindSections(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  static KindSections of(Config config) {
    return new KindSections(
        section(config, "text").map(KindSections::text),
        section(config, "image").map(ImageLimits::of),
        section(config, "upscale").map(up -> new UpscaleSignature(up.getIntList("scales"))),
        section(config, "safety")
            .map(
                safety ->
                    new SafetyClasses(
                        safety.getInt("width"),
                        safety.getInt("height"),
                        safety.getStringList("classes"))));
  }

  /** As far as the manifest alone says it. */
  ModelSignature named() {
    if (safety.isPresent()) {
      SafetyClasses known = safety.get();
      return new SafetySignature(known.width(), known.height(), known.classes(), null);
    }
    return upscale
        .<ModelSignature>map(known -> known)
        .or(() -> text.map(known -> known))
        .orElseGet(ModelSignature.Untyped::new);
  }

  /** What the manifest of that kind must say. */
  void check(ModelManifest manifest) throws ManifestInvalidException {
    String kind = manifest.kind();
    requirePresent(kind.equals(TEXT_EMBEDDING), text, "text", kind);
    requirePresent(kind.equals(TEXT_TO_IMAGE), image, "image", kind);
    requirePresent(kind.equals(UPSCALING), upscale, "upscale", kind);
    requirePresent(kind.equals(SAFETY), safety, "safety", kind);
    if (kind.equals(TEXT_EMBEDDING)) {
      ManifestReader.require(
          manifest.tokenizer().isPresent(), "files", "no tokenizer", "one with that role");
    }
    if (text.isPresent()) {
      ManifestReader.requireWithin("text.dimensions", text.get().dimensions(), 1, 1 << 20);
      ManifestReader.requireWithin("text.tokens-max", text.get().tokensMax(), 3, 1 << 20);
    }
    if (image.isPresent()) {
      image.get().check();
    }
    if (upscale.isPresent()) {
      checkScales(upscale.get().scales());
    }
    if (safety.isPresent()) {
      ManifestReader.requireWithin("safety.width", safety.get().width(), 1, 4096);
      ManifestReader.requireWithin("safety.height", safety.get().height(), 1, 4096);
      ManifestReader.require(
          safety.get().classes().size() >= 2
              && new HashSet<>(safety.get().classes()).size() == safety.get().classes().size(),
          "safety.classes",
          safety.get().classes().toString(),
          "at least two different ones");
    }
  }

  private static void checkScales(List<Integer> scales) throws ManifestInvalidException {
    ManifestReader.require(
        !scales.isEmpty() && new HashSet<>(scales).size() == scales.size(),
        "upscale.scales",
        scales.toString(),
        "at least one, each once");
    for (int scale : scales) {
      ManifestReader.requireWithin("upscale.scales", scale, 2, 16);
    }
  }

  private static void requirePresent(boolean needed, Optional<?> section, String name, String kind)
      throws ManifestInvalidException {
    ManifestReader.require(
        !needed || section.isPresent(), name, "absent", "given for a " + kind + " model");
  }

  private static Optional<Config> section(Config config, String name) {
    return config.hasPath(name) ? Optional.of(config.getConfig(name)) : Optional.empty();
  }

  private static TextSignature text(Config text) {
    return new TextSignature(
        text.getString("input-ids"),
        text.getString("attention-mask"),
        text.hasPath("token-type-ids") ? text.getString("token-type-ids") : "",
        text.getString("output"),
        text.getInt("dimensions"),
        text.getInt("tokens-max"));
  }
}
