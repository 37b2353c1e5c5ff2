package io.mainstay.actors.model.registry;

import com.typesafe.config.Config;
import io.mainstay.actors.model.registry.ManifestReader.ManifestInvalidException;

/**
 * A manifest's {@code image}: defaults and limits of a text-to-image model. Sides in pixels. What
 * else a signature needs stands in the files beside the graphs.
 */
record ImageLimits(
    int width,
    int height,
    int widthMax,
    int heightMax,
    int multipleOf,
    int steps,
    int stepsMax,
    double guidance,
    int batchMax) {
  private static final int SIDE_MAX = 16384;
  private static final int STEPS_MAX = 1000;

  static ImageLimits of(Config image) {
    return new ImageLimits(
        image.getInt("width"),
        image.getInt("height"),
        image.getInt("width-max"),
        image.getInt("height-max"),
        image.getInt("multiple-of"),
        image.getInt("steps"),
        image.getInt("steps-max"),
        image.getDouble("guidance"),
        image.getInt("batch-max"));
  }

  void check() throws ManifestInvalidException {
    ManifestReader.requireWithin("image.multiple-of", multipleOf, 1, SIDE_MAX);
    ManifestReader.requireWithin("image.width-max", widthMax, multipleOf, SIDE_MAX);
    ManifestReader.requireWithin("image.height-max", heightMax, multipleOf, SIDE_MAX);
    checkSide("image.width", width, widthMax);
    checkSide("image.height", height, heightMax);
    ManifestReader.requireWithin("image.steps-max", stepsMax, 1, STEPS_MAX);
    ManifestReader.requireWithin("image.steps", steps, 1, stepsMax);
    ManifestReader.requireWithin("image.batch-max", batchMax, 1, 256);
    ManifestReader.require(
        guidance >= 1 && guidance <= 100, "image.guidance", "" + guidance, "from 1 to 100");
  }

  private void checkSide(String field, int side, int most) throws ManifestInvalidException {
    ManifestReader.requireWithin(field, side, multipleOf, most);
    ManifestReader.require(
        side % multipleOf == 0, field, side + " px", "a multiple of " + multipleOf);
  }
}
