package io.mainstay.actors.postprocessing.image;

import java.util.List;

/**
 * A model that says what a picture shows: input {@code image} float32 [b, 3, height, width] of
 * pictures shrunk into that frame, output {@code scores} float32 [b, classes], probabilities.
 *
 * @param modelId in the registry
 * @param component of the model
 * @param width of the frame in pixels
 * @param height of the frame in pixels
 * @param classes in the order of the output
 */
public record SafetyClassifier(
    String modelId, String component, int width, int height, List<String> classes) {
  static final String INPUT = "image";
  static final String OUTPUT = "scores";

  public SafetyClassifier {
    classes = List.copyOf(classes);
    if (width < 1 || height < 1 || classes.isEmpty()) {
      throw new IllegalArgumentException(
          "Classifier %s has a frame of %d x %d and %d classes; at least 1 of each"
              .formatted(modelId, width, height, classes.size()));
    }
  }
}
