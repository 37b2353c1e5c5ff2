package io.mainstay.actors.processing.recipe;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ImageSignature;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.processing.image.TextToImageRoom;
import io.mainstay.actors.processing.image.schedule.SchedulerConfig;
import io.mainstay.actors.processing.template.PictureDefaults;
import io.mainstay.persistence.session.Workflow;

/**
 * What the model decides of a text-to-image request: defaults of what was left open, and bounds,
 * before anything is loaded. Pure.
 */
final class TextToImageLimits {
  private final PictureBounds bounds;
  private final PictureDefaults defaults;

  TextToImageLimits(PictureBounds bounds, PictureDefaults defaults) {
    this.bounds = bounds;
    this.defaults = defaults;
  }

  /**
   * The workflow with nothing left open; one that has nothing open is checked all the same.
   *
   * @throws Refusal naming the first bound that it does not keep
   */
  Workflow.TextToImage completed(
      Workflow.TextToImage asked, ModelDescriptor model, SchedulerConfig scheduler) {
    ImageSignature image = model.image();
    Workflow.TextToImage whole =
        new Workflow.TextToImage(
            asked.model(),
            asked.batchDocuments() > 0
                ? asked.batchDocuments()
                : Math.min(defaults.batch(), image.batchMax()),
            asked.width() > 0 ? asked.width() : image.width(),
            asked.height() > 0 ? asked.height() : image.height(),
            asked.steps() > 0 ? asked.steps() : image.steps(),
            asked.guidance() >= 0 ? asked.guidance() : image.guidance(),
            asked.scheduler().isEmpty() ? scheduler.kind().title() : asked.scheduler(),
            asked.seed(),
            asked.negativePrompt(),
            asked.operations(),
            asked.deadlineMillis());
    side(model, "width", whole.width(), image.widthMax(), image.multipleOf());
    side(model, "height", whole.height(), image.heightMax(), image.multipleOf());
    most(model, "steps", whole.steps(), image.stepsMax());
    most(model, "batch-size", whole.batchDocuments(), image.batchMax());
    requests(whole, image);
    output(whole);
    return whole;
  }

  private static void side(ModelDescriptor model, String name, int side, int most, int multiple) {
    most(model, name, side, most);
    if (side % multiple != 0) {
      throw Refusal.of(
          "invalid_parameter",
          "Parameter '%s' is %d pixels; model '%s' makes multiples of %d"
              .formatted(name, side, model.id(), multiple),
          "Take %d or %d".formatted(side - side % multiple, side - side % multiple + multiple));
    }
  }

  private static void most(ModelDescriptor model, String name, int value, int most) {
    if (value > most) {
      throw Refusal.of(
          "invalid_parameter",
          "Parameter '%s' is %d; the most of model '%s' is %d"
              .formatted(name, value, model.id(), most),
          "Ask for %d or less, or for another model".formatted(most));
    }
  }

  private void requests(Workflow.TextToImage whole, ImageSignature image) {
    long bytes =
        TextToImageRoom.largestRequestBytes(
            image, whole.batchDocuments(), whole.width(), whole.height(), whole.guidance() != 1);
    if (bytes > bounds.requests().requestBytesMax()) {
      throw Refusal.of(
          "request_too_large",
          "%d pictures of %d x %d pixels in one batch need requests of %d bytes; the limit of"
                  .formatted(whole.batchDocuments(), whole.width(), whole.height(), bytes)
              + " mainstay.processing.pictures.request-max is "
              + bounds.requests().requestBytesMax(),
          "Ask for a smaller batch-size or smaller pictures, or raise the limit together with"
              + " mainstay.device.worker.arena-segments");
    }
  }

  private void output(Workflow.TextToImage whole) {
    long scale = PicturePlans.scale(whole.operations());
    long pixels = whole.width() * scale * whole.height() * scale;
    if (pixels > bounds.outputPixelsMax()) {
      throw Refusal.of(
          "picture_too_large",
          "Pictures of %d x %d pixels, %d times larger along each side, have %d pixels; the limit"
                  .formatted(whole.width(), whole.height(), scale, pixels)
              + " of mainstay.processing.pictures.output-pixels-max is "
              + bounds.outputPixelsMax(),
          "Ask for smaller pictures or a smaller scale, or raise the limit");
    }
  }
}
