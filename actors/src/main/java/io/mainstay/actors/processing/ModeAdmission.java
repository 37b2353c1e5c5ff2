package io.mainstay.actors.processing;

import io.mainstay.actors.degradation.Degraded;
import io.mainstay.actors.degradation.InferenceLimits;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.session.PictureOperation;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the modes of a node make of new work: as asked, smaller with a receipt for each change, or
 * refused with a time to retry. Pure.
 */
final class ModeAdmission {
  private static final String BUILTIN_UPSCALER = "lanczos";
  private static final int SIMPLE_SCALE = 2;

  private final Restrictions modes;
  private final Duration retryAfter;

  /**
   * @param modes what holds now
   * @param retryAfter when to come back with what is refused
   */
  ModeAdmission(Restrictions modes, Duration retryAfter) {
    this.modes = modes;
    this.retryAfter = retryAfter;
  }

  /** What is accepted instead, and what of it is not as asked. */
  record Adjusted(Workflow workflow, List<Degraded> receipts) {
    Adjusted {
      receipts = List.copyOf(receipts);
    }

    List<String> texts() {
      return receipts.stream().map(Degraded::text).toList();
    }
  }

  /** Why the work is not accepted while the modes hold, if it is not. */
  Optional<Refusal> refusal(Workflow workflow, WorkClass workClass) {
    if (modes.none()) {
      return Optional.empty();
    }
    if (workClass == WorkClass.BATCH && modes.isOff(Operation.BATCH_PROCESSING)) {
      return off(Operation.BATCH_PROCESSING, "work of class batch is put off");
    }
    if (workflow instanceof Workflow.Pictures pictures) {
      Optional<Refusal> steps = operations(pictures.operations());
      if (steps.isPresent()) {
        return steps;
      }
    }
    return workflow instanceof Workflow.TextToImage image ? generation(image) : Optional.empty();
  }

  private Optional<Refusal> operations(List<PictureOperation> operations) {
    List<PictureOperation.Upscaling> upscalings =
        operations.stream()
            .filter(PictureOperation.Upscaling.class::isInstance)
            .map(PictureOperation.Upscaling.class::cast)
            .toList();
    if (upscalings.size() > 1 && modes.isOff(Operation.MULTIPLE_POSTPROCESSING_STEPS)) {
      return off(
          Operation.MULTIPLE_POSTPROCESSING_STEPS,
          upscalings.size() + " upscalings were asked for; allowed is 1");
    }
    for (PictureOperation.Upscaling upscaling : upscalings) {
      boolean model = !upscaling.model().equals(BUILTIN_UPSCALER);
      if (model && modes.isOff(Operation.COMPLEX_ENHANCEMENT)) {
        return off(
            Operation.COMPLEX_ENHANCEMENT,
            "upscaling by model '"
                + upscaling.model()
                + "' was asked for; allowed is upscale-model="
                + BUILTIN_UPSCALER);
      }
      if (upscaling.scale() > SIMPLE_SCALE && modes.isOff(Operation.ADVANCED_POSTPROCESSING)) {
        return off(
            Operation.ADVANCED_POSTPROCESSING,
            "upscaling by " + upscaling.scale() + " was asked for; allowed is " + SIMPLE_SCALE);
      }
    }
    return Optional.empty();
  }

  private Optional<Refusal> generation(Workflow.TextToImage image) {
    boolean enlarges =
        image.operations().stream().anyMatch(PictureOperation.Upscaling.class::isInstance);
    if (enlarges && modes.isOff(Operation.COMPLEX_WORKFLOWS)) {
      return off(
          Operation.COMPLEX_WORKFLOWS,
          "generation and upscaling in one workflow were asked for; allowed is one of them");
    }
    boolean described = !image.negativePrompt().isEmpty();
    if (described && modes.isOff(Operation.ADVANCED_CUSTOMIZATION)) {
      return off(Operation.ADVANCED_CUSTOMIZATION, "a negative prompt was given");
    }
    if (described && modes.isOff(Operation.ADVANCED_INFERENCE_FEATURES)) {
      return off(Operation.ADVANCED_INFERENCE_FEATURES, "a negative prompt was given");
    }
    int side = Math.max(image.width(), image.height());
    InferenceLimits limits = modes.inference();
    if (side > limits.sideMax() && modes.isOff(Operation.HIGH_RESOLUTION_INFERENCE)) {
      return off(
          Operation.HIGH_RESOLUTION_INFERENCE,
          "pictures of %d x %d pixels were asked for; the longest side is %d"
              .formatted(image.width(), image.height(), limits.sideMax()));
    }
    return Optional.empty();
  }

  /**
   * The work as it is accepted.
   *
   * @param multipleOf of which sides of generated pictures are multiples, pixels
   */
  Adjusted adjusted(Workflow workflow, int multipleOf) {
    List<Degraded> receipts = new ArrayList<>();
    if (modes.none()) {
      return new Adjusted(workflow, receipts);
    }
    int batch = modes.work().batch(workflow.batchDocuments());
    if (batch != workflow.batchDocuments()) {
      receipts.add(modes.degraded("batch size", workflow.batchDocuments(), batch));
    }
    if (workflow instanceof Workflow.TextEmbedding text) {
      return new Adjusted(new Workflow.TextEmbedding(text.model(), batch), receipts);
    }
    long deadline = ((Workflow.Pictures) workflow).deadlineMillis();
    if (workflow instanceof Workflow.ImageEnhance enhance) {
      return new Adjusted(
          new Workflow.ImageEnhance(batch, enhance.operations(), deadline), receipts);
    }
    return new Adjusted(
        generation((Workflow.TextToImage) workflow, batch, deadline, multipleOf, receipts),
        receipts);
  }

  private Workflow generation(
      Workflow.TextToImage asked,
      int batch,
      long deadline,
      int multipleOf,
      List<Degraded> receipts) {
    int most = modes.inference().sideMax();
    int side = Math.max(asked.width(), asked.height());
    int width = asked.width();
    int height = asked.height();
    if (side > most) {
      width = smaller(asked.width(), most, side, multipleOf);
      height = smaller(asked.height(), most, side, multipleOf);
      receipts.add(
          modes.degraded(
              "picture size", asked.width() + " x " + asked.height(), width + " x " + height));
    }
    return new Workflow.TextToImage(
        asked.model(),
        batch,
        width,
        height,
        asked.steps(),
        asked.guidance(),
        asked.scheduler(),
        asked.seed(),
        asked.negativePrompt(),
        asked.operations(),
        deadline);
  }

  private static int smaller(int length, int most, int side, int multipleOf) {
    long scaled = (long) length * most / side;
    return (int) Math.max(multipleOf, scaled / multipleOf * multipleOf);
  }

  private Optional<Refusal> off(Operation operation, String asked) {
    return Optional.of(
        Refusal.later(
            "operation_disabled",
            operation.code() + " is off while " + modes.modesText() + " holds: " + asked,
            "Ask for less, or again after %d ms; 'mainstay mode' says what holds and until when"
                .formatted(retryAfter.toMillis()),
            retryAfter.toMillis()));
  }
}
