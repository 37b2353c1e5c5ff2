package io.mainstay.actors.processing.template;

import io.mainstay.actors.postprocessing.image.safety.SafetySettings.Strictness;
import io.mainstay.persistence.session.PictureOperation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The parameters that both picture templates have: what is done to each picture. Pure. */
final class PictureParams {
  static final String UPSCALE_MODEL = "upscale-model";
  static final String SAFETY = "safety";
  static final String STRICTNESS = "safety-strictness";
  static final String FORMAT = "format";
  static final String DEADLINE = "deadline";
  static final String BATCH_SIZE = "batch-size";
  private static final List<String> FORMATS = List.of("png");
  private static final List<String> STRICTNESSES =
      Arrays.stream(Strictness.values()).map(Strictness::wireName).toList();
  private static final List<String> SCALES = List.of("2", "4");

  private PictureParams() {}

  static PictureOperation.Upscaling upscaling(
      Given given, String scaleKey, int scale, String model) {
    return new PictureOperation.Upscaling(
        given.id(UPSCALE_MODEL, model),
        Integer.parseInt(given.oneOf(scaleKey, String.valueOf(scale), SCALES)));
  }

  static PictureOperation.SafetyCheck safety(Given given, PictureDefaults defaults) {
    return new PictureOperation.SafetyCheck(
        given.id(SAFETY, defaults.safetyModel()), given.oneOf(STRICTNESS, "", STRICTNESSES));
  }

  static PictureOperation.FormatConversion format(Given given) {
    return new PictureOperation.FormatConversion(given.oneOf(FORMAT, "png", FORMATS));
  }

  /** Names of operations, separated by commas, in the order in which they are done. */
  static List<String> order(Given given, String key, List<String> otherwise) {
    if (!given.has(key)) {
      return otherwise;
    }
    List<String> order = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String typed : given.text(key, "").split(",", -1)) {
      String name = typed.strip();
      if (!otherwise.contains(name)) {
        throw Given.unknown(
            "invalid_parameter",
            "Parameter '" + key + "' names the operation '" + name + "'",
            name,
            otherwise);
      }
      if (!seen.add(name)) {
        throw Given.invalid(
            "Parameter '" + key + "' names the operation '" + name + "' twice", "Name it once");
      }
      order.add(name);
    }
    return order;
  }
}
