package io.mainstay.actors.processing.recipe;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.model.ImageSignature;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.text.PromptTokenizer;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.postprocessing.image.PictureItem;
import io.mainstay.actors.postprocessing.image.PicturePipeline;
import io.mainstay.actors.postprocessing.image.PicturePlan;
import io.mainstay.actors.postprocessing.output.OutputPlan;
import io.mainstay.actors.postprocessing.output.WrittenOutputs;
import io.mainstay.actors.processing.image.Picture;
import io.mainstay.actors.processing.image.PictureOrder;
import io.mainstay.actors.processing.image.TextToImageProgram;
import io.mainstay.actors.processing.image.latents.CheckpointRefusedException;
import io.mainstay.actors.processing.image.latents.Guidance;
import io.mainstay.actors.processing.image.noise.SeedOf;
import io.mainstay.actors.processing.image.schedule.Scheduler;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.actors.processing.text.TextDocuments;
import io.mainstay.persistence.checkpoint.UnusableCheckpointException;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.Workflow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One picture for each prompt.
 *
 * @param workflow with nothing left open
 * @param others models beside the one that makes the pictures
 * @param templateProblem why the model's scheduler is the last good version of it, or empty
 */
record TextToImageRecipe(
    Workflow.TextToImage workflow,
    TextDocuments prompts,
    ModelDescriptor model,
    List<ModelDescriptor> others,
    PromptTokenizer tokenizer,
    Scheduler scheduler,
    PicturePlan plan,
    String templateProblem)
    implements Recipe {
  @Override
  public int documents() {
    return prompts.count();
  }

  @Override
  public String document(int index) {
    return prompts.text(index);
  }

  @Override
  public List<ModelDescriptor> models() {
    List<ModelDescriptor> all = new ArrayList<>(List.of(model));
    all.addAll(others);
    return all;
  }

  @Override
  public Optional<String> degradation() {
    return templateProblem.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "template_fallback: the last good scheduler template of model '%s' was used, because its file cannot be: %s"
                .formatted(model.id(), templateProblem));
  }

  /** Each prompt was checked when the text was read. */
  @Override
  public void checkDocuments(BooleanSupplier wanted) {}

  @Override
  public long heapBytes(DocumentRange range) {
    long pixels = (long) workflow.width() * workflow.height();
    return range.size()
        * PictureBounds.heapBytes(pixels, PicturePlans.scale(workflow.operations()));
  }

  @Override
  public BatchProgram begin(DocumentRange range) {
    PictureOrder order = order(range);
    return TextToImageProgram.begin(order, pictures -> finish(order, pictures), operations(range));
  }

  @Override
  public BatchProgram resume(DocumentRange range, byte[] checkpoint)
      throws UnusableCheckpointException {
    PictureOrder order = order(range);
    try {
      return TextToImageProgram.resume(
          order, pictures -> finish(order, pictures), operations(range), checkpoint);
    } catch (CheckpointRefusedException refused) {
      throw new UnusableCheckpointException(refused.getMessage(), refused);
    }
  }

  private int operations(DocumentRange range) {
    return plan.requests(range.size(), workflow.width(), workflow.height());
  }

  private PictureOrder order(DocumentRange range) {
    List<String> texts = prompts.texts(range.from(), range.to());
    List<Long> seeds = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      seeds.add(
          workflow.seed() != null
              ? workflow.seed()
              : SeedOf.prompt(texts.get(i), range.from() + i));
    }
    Guidance guidance = new Guidance(workflow.guidance());
    List<String> rows = new ArrayList<>();
    if (guidance.isActive()) {
      texts.forEach(text -> rows.add(workflow.negativePrompt()));
    }
    rows.addAll(texts);
    ImageSignature image = model.image();
    return new PictureOrder(
        model.id(),
        model.sha256(),
        texts,
        workflow.negativePrompt(),
        seeds,
        tokenizer.encode("input_ids", rows),
        scheduler,
        guidance,
        new PictureOrder.Shape(
            image.latentChannels(),
            workflow.height() / image.vaeFactor(),
            workflow.width() / image.vaeFactor(),
            image.vaeFactor(),
            image.scalingFactor()));
  }

  private BatchProgram finish(PictureOrder order, List<Picture> pictures) {
    List<PictureItem> items = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      String prompt = order.prompts().get(i);
      items.add(new PictureItem(pictures.get(i), prompt, prompt, texts(order, i)));
    }
    return PicturePipeline.begin(plan, items);
  }

  /** What the picture depends on, and nothing else. */
  private Map<String, String> texts(PictureOrder order, int picture) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", order.prompts().get(picture));
    if (!workflow.negativePrompt().isEmpty()) {
      texts.put("negative-prompt", workflow.negativePrompt());
    }
    texts.put("seed", String.valueOf(order.seeds().get(picture)));
    texts.put("model", model.id());
    texts.put("steps", String.valueOf(workflow.steps()));
    texts.put("guidance", String.valueOf(workflow.guidance()));
    texts.put("scheduler", workflow.scheduler());
    return texts;
  }

  @Override
  public Optional<BatchProgram> without(BatchProgram program, String modelId, String why) {
    TextToImageProgram images = (TextToImageProgram) program;
    return images.rest() instanceof PicturePipeline pipeline
        ? pipeline.without(modelId, why).map(images::goingOn)
        : Optional.empty();
  }

  @Override
  public PostprocessingCommand store(
      String owner,
      DocumentRange range,
      BatchProgram finished,
      ActorRef<StatusReply<BlobRef>> replyTo) {
    return new PostprocessingCommand.StorePictures(
        owner,
        "pictures-" + range.from() + "-" + range.to(),
        range.from(),
        (PicturePipeline) ((TextToImageProgram) finished).rest(),
        replyTo);
  }

  @Override
  public PostprocessingCommand write(
      OutputPlan outputs, ActorRef<StatusReply<WrittenOutputs>> replyTo) {
    return new PostprocessingCommand.WritePictures(outputs, replyTo);
  }
}
