package io.mainstay.actors.processing.recipe;

import io.mainstay.actors.postprocessing.image.Upscaler;
import io.mainstay.actors.processing.template.PictureDefaults;
import io.mainstay.persistence.session.PictureOperation;
import io.mainstay.persistence.session.Workflow;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which models of the registry a workflow needs. Pure.
 *
 * @param required without them it is refused
 * @param optional nobody asked for them by name; something stands in for those that are not there
 */
public record ModelNeeds(Set<String> required, Set<String> optional) {
  /** Name of the check that needs no model. */
  static final String RULES = "rules";

  public ModelNeeds {
    required = Set.copyOf(required);
    optional = Set.copyOf(optional);
  }

  /** Of a workflow whose parameters were checked. */
  public static ModelNeeds of(Workflow workflow, PictureDefaults defaults) {
    Set<String> required = new LinkedHashSet<>();
    Set<String> optional = new LinkedHashSet<>();
    if (workflow instanceof Workflow.TextEmbedding embedding) {
      required.add(embedding.model());
    } else if (workflow instanceof Workflow.Pictures pictures) {
      if (workflow instanceof Workflow.TextToImage image) {
        required.add(image.model());
      }
      optional.add(defaults.safetyModel());
      Set<String> byDefault =
          Set.of(defaults.safetyModel(), defaults.upscaleModel(), defaults.enhanceModel());
      for (PictureOperation operation : pictures.operations()) {
        String model = model(operation);
        if (!model.isEmpty()) {
          (byDefault.contains(model) ? optional : required).add(model);
        }
      }
      optional.removeAll(required);
    }
    return new ModelNeeds(required, optional);
  }

  /** The model of the registry that an operation names, or empty. */
  private static String model(PictureOperation operation) {
    if (operation instanceof PictureOperation.Upscaling upscaling) {
      return Upscaler.LANCZOS.equals(upscaling.model())
              || Upscaler.BUILTIN.equals(upscaling.model())
          ? ""
          : upscaling.model();
    }
    return operation instanceof PictureOperation.SafetyCheck check && !check.model().equals(RULES)
        ? check.model()
        : "";
  }
}
