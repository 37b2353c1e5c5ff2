package io.mainstay.actors.processing.template;

import java.time.Duration;

/**
 * Values of the parameters of picture templates that are not given, and bounds of those that are. A
 * model may have narrower bounds.
 *
 * @param model of text-to-image
 * @param batch pictures in a batch of text-to-image
 * @param batchMax most that may be asked for, of both templates
 * @param enhanceBatch pictures in a batch of image-enhance
 * @param enhanceScale of image-enhance
 * @param upscaleModel of text-to-image, where a scale is given
 * @param enhanceModel that image-enhance upscales with
 * @param safetyModel of the gate and of a safety check, where the node has it
 * @param stepsMax of denoising
 * @param guidanceMax scale of classifier-free guidance
 * @param sideMax of a picture, pixels
 * @param promptMax bytes of a prompt, and of the negative prompt
 * @param deadlineMax of a workflow
 */
public record PictureDefaults(
    String model,
    int batch,
    int batchMax,
    int enhanceBatch,
    int enhanceScale,
    String upscaleModel,
    String enhanceModel,
    String safetyModel,
    int stepsMax,
    double guidanceMax,
    int sideMax,
    int promptMax,
    Duration deadlineMax) {
  private static final String PATH = "mainstay.processing.pictures.";

  public PictureDefaults {
    within("batch-size-max", batchMax, 1, 64);
    within("batch-size", batch, 1, batchMax);
    within("enhance-batch-size", enhanceBatch, 1, batchMax);
    within("enhance-scale", enhanceScale, 2, 4);
    within("steps-max", stepsMax, 1, 1_000);
    within("side-max", sideMax, 8, 16_384);
    within("prompt-max", promptMax, 1, 65_536);
    within("deadline-max", deadlineMax.toMillis(), 1, Duration.ofDays(30).toMillis());
    if (!(guidanceMax >= 1 && guidanceMax <= 1_000)) {
      throw new IllegalArgumentException(
          PATH + "guidance-max is " + guidanceMax + "; allowed are 1 to 1000");
    }
  }

  private static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          PATH + name + " is " + value + "; allowed are " + least + " to " + most);
    }
  }
}
