package io.mainstay.actors.processing.template;

import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.persistence.session.PictureOperation;
import io.mainstay.persistence.session.Workflow;
import java.util.ArrayList;
import java.util.List;

/** One better picture for each input picture. Pure. */
final class ImageEnhanceTemplate {
  static final String NAME = "image-enhance";
  private static final String SCALE = "scale";
  private static final String OPERATIONS = "operations";
  private static final String UPSCALING = "upscaling";
  private static final String SAFETY_CHECK = "safety_check";
  private static final String FORMAT_CONVERSION = "format_conversion";
  private static final List<String> PARAMS =
      List.of(
          SCALE,
          PictureParams.UPSCALE_MODEL,
          PictureParams.SAFETY,
          PictureParams.STRICTNESS,
          OPERATIONS,
          PictureParams.FORMAT,
          PictureParams.BATCH_SIZE,
          PictureParams.DEADLINE);

  private ImageEnhanceTemplate() {}

  static Workflow workflow(List<Param> params, PictureDefaults defaults) {
    Given given = Given.of(NAME, params, PARAMS);
    List<PictureOperation> operations = new ArrayList<>();
    for (String name :
        PictureParams.order(
            given, OPERATIONS, List.of(UPSCALING, SAFETY_CHECK, FORMAT_CONVERSION))) {
      operations.add(
          switch (name) {
            case UPSCALING ->
                PictureParams.upscaling(
                    given, SCALE, defaults.enhanceScale(), defaults.enhanceModel());
            case SAFETY_CHECK -> PictureParams.safety(given, defaults);
            default -> PictureParams.format(given);
          });
    }
    requireUsed(given, operations);
    return new Workflow.ImageEnhance(
        given.whole(PictureParams.BATCH_SIZE, defaults.enhanceBatch(), 1, defaults.batchMax()),
        operations,
        given.millis(PictureParams.DEADLINE, defaults.deadlineMax()));
  }

  /** A parameter of an operation that is not done is a mistake. */
  private static void requireUsed(Given given, List<PictureOperation> operations) {
    boolean upscales = operations.stream().anyMatch(PictureOperation.Upscaling.class::isInstance);
    for (String key : List.of(SCALE, PictureParams.UPSCALE_MODEL)) {
      if (given.has(key) && !upscales) {
        throw Given.invalid(
            "Parameter '" + key + "' is given, and 'operations' names no upscaling",
            "Add upscaling to the operations, or leave '" + key + "' out");
      }
    }
    boolean checks = operations.stream().anyMatch(PictureOperation.SafetyCheck.class::isInstance);
    if (given.has(PictureParams.STRICTNESS) && !checks) {
      throw Given.invalid(
          "Parameter 'safety-strictness' is given, and 'operations' names no safety_check",
          "Add safety_check to the operations, or leave 'safety-strictness' out");
    }
  }
}
