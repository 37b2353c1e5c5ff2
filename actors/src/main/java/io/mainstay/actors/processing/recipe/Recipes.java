package io.mainstay.actors.processing.recipe;

import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.TextModels;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.processing.image.schedule.Scheduler;
import io.mainstay.actors.processing.image.schedule.SchedulerKind;
import io.mainstay.actors.processing.template.PictureDefaults;
import io.mainstay.actors.processing.text.TextDocuments;
import io.mainstay.actors.processing.text.TextLimits;
import io.mainstay.actors.processing.text.TextReader;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.PictureOperation;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Opens the recipe of a workflow. Immutable, thread-safe. */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "workflows",
    fields = "sequence")
public final class Recipes {
  /**
   * Where text inputs, pictures and parameters end.
   *
   * @param text of text inputs
   * @param pictures of picture sessions
   * @param defaults of the picture templates
   * @param modes what the node's modes demand when a recipe is opened
   * @param leftOut upscaling models that are not used when a recipe is opened
   */
  public record Bounds(
      TextLimits text,
      PictureBounds pictures,
      PictureDefaults defaults,
      Supplier<Restrictions> modes,
      Supplier<Set<String>> leftOut) {}

  private final Bounds bounds;
  private final ArtifactStore artifacts;
  private final TextModels textModels;
  private final SchedulerTemplates templates;

  /**
   * @param artifacts where inputs lie
   * @param textModels the node's open tokenizers
   */
  public Recipes(Bounds bounds, ArtifactStore artifacts, TextModels textModels) {
    this.bounds = bounds;
    this.artifacts = artifacts;
    this.textModels = textModels;
    this.templates = new SchedulerTemplates(textModels.libraryCache().resolveSibling("templates"));
  }

  /** Models of the registry that a workflow needs. */
  public ModelNeeds needs(Workflow workflow) {
    return ModelNeeds.of(workflow, bounds.defaults());
  }

  /** Why so many inputs do not fit the template, if they do not. */
  public Optional<Refusal> unfit(Workflow workflow, int inputs) {
    int most = workflow instanceof Workflow.ImageEnhance ? bounds.pictures().picturesMax() : 1;
    if (inputs >= 1 && inputs <= most) {
      return Optional.empty();
    }
    return Optional.of(
        most == 1
            ? Refusal.of(
                "invalid_input",
                "Template '" + workflow.template() + "' takes one input, not " + inputs,
                "Give one file")
            : Refusal.of(
                "invalid_input",
                "Template '%s' takes 1 to %d pictures, not %d"
                    .formatted(workflow.template(), most, inputs),
                "Give that many, or raise mainstay.processing.pictures.pictures-max"));
  }

  /**
   * The workflow with nothing left open that the model knows. Blocks.
   *
   * @param models those that could be resolved, by id
   * @throws Refusal if a model does not suit, or a bound is not kept
   */
  public Workflow completed(Workflow workflow, Map<String, ModelDescriptor> models) {
    if (!(workflow instanceof Workflow.TextToImage asked)) {
      return workflow;
    }
    ModelDescriptor model = imageModel(asked, models);
    return new TextToImageLimits(bounds.pictures(), bounds.defaults())
        .completed(asked, model, schedulerConfig(model).config());
  }

  /**
   * Reads the inputs. Blocks.
   *
   * @param workflow with nothing left open
   * @param models those that could be resolved, by id; all that it requires are there
   * @throws Refusal if a model does not suit, or an input is unusable
   * @throws UncheckedIOException if an input cannot be read
   */
  public Recipe open(Workflow workflow, List<BlobRef> inputs, Map<String, ModelDescriptor> models) {
    if (workflow instanceof Workflow.TextToImage asked) {
      return textToImage(asked, inputs.get(0), models);
    }
    if (workflow instanceof Workflow.ImageEnhance asked) {
      return new ImageEnhanceRecipe(
          inputs,
          artifacts,
          bounds.pictures(),
          PicturePlans.scale(asked.operations()),
          upscalersFirst(asked, models),
          plans().plan(asked.operations(), models));
    }
    Workflow.TextEmbedding embedding = (Workflow.TextEmbedding) workflow;
    return new TextRecipe(text(inputs.get(0)), textModels.of(models.get(embedding.model())));
  }

  private static List<ModelDescriptor> upscalersFirst(
      Workflow.ImageEnhance asked, Map<String, ModelDescriptor> models) {
    Map<String, ModelDescriptor> ordered = new LinkedHashMap<>();
    for (PictureOperation operation : asked.operations()) {
      if (operation instanceof PictureOperation.Upscaling upscaling
          && models.containsKey(upscaling.model())) {
        ordered.put(upscaling.model(), models.get(upscaling.model()));
      }
    }
    new TreeMap<>(models).forEach(ordered::putIfAbsent);
    return List.copyOf(ordered.values());
  }

  private Recipe textToImage(
      Workflow.TextToImage asked, BlobRef input, Map<String, ModelDescriptor> models) {
    ModelDescriptor model = imageModel(asked, models);
    SchedulerTemplates.Found scheduler = schedulerConfig(model);
    TextDocuments prompts = Prompts.checked(input.name(), text(input), bounds.pictures());
    return new TextToImageRecipe(
        asked,
        prompts,
        model,
        models.values().stream().filter(other -> !other.id().equals(model.id())).toList(),
        textModels.prompts(model),
        Scheduler.of(SchedulerKind.named(asked.scheduler()), scheduler.config(), asked.steps(), 0),
        plans().plan(asked.operations(), models),
        scheduler.problem());
  }

  private PicturePlans plans() {
    return new PicturePlans(
        bounds.pictures(), bounds.defaults(), bounds.modes().get(), bounds.leftOut().get());
  }

  private static ModelDescriptor imageModel(
      Workflow.TextToImage asked, Map<String, ModelDescriptor> models) {
    ModelDescriptor model = models.get(asked.model());
    if (model.image() == null) {
      throw PicturePlans.unsuitable(model, "a text-to-image model");
    }
    return model;
  }

  private SchedulerTemplates.Found schedulerConfig(ModelDescriptor model) {
    return templates.read(model.id(), model.image().scheduler());
  }

  private TextDocuments text(BlobRef input) {
    try (InputStream in = artifacts.open(input.sha256())) {
      return new TextReader(bounds.text()).read(input.name(), in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
