package io.mainstay.actors.processing.template;

import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.persistence.session.PictureOperation;
import io.mainstay.persistence.session.Workflow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One picture for each line of a text. What only the model knows is left open here and filled in by
 * the submission: batch, width, height and steps 0, guidance {@link #OPEN_GUIDANCE}, scheduler
 * empty. Pure.
 */
final class TextToImageTemplate {
  static final String NAME = "text-to-image";

  /** Guidance that was not given. */
  static final double OPEN_GUIDANCE = -1;

  private static final String MODEL = "model";
  private static final String STEPS = "steps";
  private static final String GUIDANCE = "guidance";
  private static final String WIDTH = "width";
  private static final String HEIGHT = "height";
  private static final String SCHEDULER = "scheduler";
  private static final String SEED = "seed";
  private static final String NEGATIVE = "negative-prompt";
  private static final String UPSCALE = "upscale";
  private static final int SIDE_MULTIPLE = 8;
  private static final List<String> PARAMS =
      List.of(
          MODEL,
          STEPS,
          GUIDANCE,
          WIDTH,
          HEIGHT,
          PictureParams.BATCH_SIZE,
          SCHEDULER,
          SEED,
          NEGATIVE,
          UPSCALE,
          PictureParams.UPSCALE_MODEL,
          PictureParams.SAFETY,
          PictureParams.STRICTNESS,
          PictureParams.FORMAT,
          PictureParams.DEADLINE);

  private TextToImageTemplate() {}

  static Workflow workflow(List<Param> params, PictureDefaults defaults) {
    Given given = Given.of(NAME, params, PARAMS);
    return new Workflow.TextToImage(
        given.id(MODEL, defaults.model()),
        given.whole(PictureParams.BATCH_SIZE, 0, 1, defaults.batchMax()),
        side(given, WIDTH, defaults),
        side(given, HEIGHT, defaults),
        given.whole(STEPS, 0, 1, defaults.stepsMax()),
        given.decimal(GUIDANCE, OPEN_GUIDANCE, 0, defaults.guidanceMax()),
        given.oneOf(SCHEDULER, "", List.of("ddim", "euler")),
        given.wholeLong(SEED, null, 0, 999_999_999_999_999_999L),
        negative(given, defaults),
        operations(given, defaults),
        given.millis(PictureParams.DEADLINE, defaults.deadlineMax()));
  }

  private static int side(Given given, String key, PictureDefaults defaults) {
    int side = given.whole(key, 0, SIDE_MULTIPLE, defaults.sideMax());
    if (side % SIDE_MULTIPLE != 0) {
      throw Given.invalid(
          "Parameter '%s' is %d pixels, which %d does not divide"
              .formatted(key, side, SIDE_MULTIPLE),
          "Take %d or %d"
              .formatted(side - side % SIDE_MULTIPLE, side - side % SIDE_MULTIPLE + SIDE_MULTIPLE));
    }
    return side;
  }

  private static String negative(Given given, PictureDefaults defaults) {
    String negative = given.text(NEGATIVE, "");
    int bytes = negative.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > defaults.promptMax()) {
      throw Given.invalid(
          "Parameter '%s' has %d bytes; the limit of mainstay.processing.pictures.prompt-max is %d"
              .formatted(NEGATIVE, bytes, defaults.promptMax()),
          "Shorten it: the model reads only its first words anyway");
    }
    return negative;
  }

  private static List<PictureOperation> operations(Given given, PictureDefaults defaults) {
    List<PictureOperation> operations = new ArrayList<>();
    if (given.has(UPSCALE)) {
      operations.add(PictureParams.upscaling(given, UPSCALE, 0, defaults.upscaleModel()));
    } else if (given.has(PictureParams.UPSCALE_MODEL)) {
      throw Given.invalid(
          "Parameter 'upscale-model' is given, and no 'upscale'",
          "Give upscale=2 or upscale=4 too");
    }
    if (given.has(PictureParams.SAFETY) || given.has(PictureParams.STRICTNESS)) {
      operations.add(PictureParams.safety(given, defaults));
    }
    operations.add(PictureParams.format(given));
    return operations;
  }
}
