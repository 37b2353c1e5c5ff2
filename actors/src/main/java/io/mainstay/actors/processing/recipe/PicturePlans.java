package io.mainstay.actors.processing.recipe;

import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.degradation.SafetyLimits;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.image.PicturePlan;
import io.mainstay.actors.postprocessing.image.SafetyClassifier;
import io.mainstay.actors.postprocessing.image.Upscaler;
import io.mainstay.actors.postprocessing.image.safety.PolicySource;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.postprocessing.image.safety.SafetySettings.Strictness;
import io.mainstay.actors.processing.template.PictureDefaults;
import io.mainstay.persistence.session.PictureOperation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is done to the pictures of a session, with the models that are there. */
final class PicturePlans {
  private static final String CLASSIFIER = "classifier";

  private final PictureBounds bounds;
  private final PictureDefaults defaults;

  private final Restrictions modes;
  private final Set<String> leftOut;

  /**
   * @param leftOut upscaling models that the worker's own kernel stands in for now
   */
  PicturePlans(
      PictureBounds bounds, PictureDefaults defaults, Restrictions modes, Set<String> leftOut) {
    this.bounds = bounds;
    this.defaults = defaults;
    this.modes = modes;
    this.leftOut = leftOut;
  }

  /**
   * The plan. Reads the policy: blocks.
   *
   * @param models those that could be resolved, by id
   * @throws Refusal if one does not suit, or the policy is no good
   */
  PicturePlan plan(List<PictureOperation> operations, Map<String, ModelDescriptor> models) {
    List<Upscaler> upscalers = new ArrayList<>();
    // The node's own comes first: it is the gate, whatever else the request has checked.
    Set<ModelDescriptor> safety = new LinkedHashSet<>();
    if (models.containsKey(defaults.safetyModel())) {
      safety.add(models.get(defaults.safetyModel()));
    }
    for (PictureOperation operation : operations) {
      if (operation instanceof PictureOperation.Upscaling upscaling
          && models.containsKey(upscaling.model())
          && !leftOut.contains(upscaling.model())) {
        upscalers.add(upscaler(models.get(upscaling.model()), upscaling.scale()));
      } else if (operation instanceof PictureOperation.SafetyCheck check
          && models.containsKey(check.model())) {
        safety.add(models.get(check.model()));
      }
    }
    Judging by = judging(safety, strictness(operations));
    return PicturePlan.of(
        operations, upscalers, by.classifiers(), careful(by.policy()), bounds.requests());
  }

  /** Who judges, and by what. */
  private record Judging(SafetyPolicy policy, List<SafetyClassifier> classifiers) {}

  /**
   * By the policy. If it cannot be used, the work is refused; while the node's modes are careful it
   * is done, and every picture is withheld for a person.
   */
  private Judging judging(Set<ModelDescriptor> safety, Strictness asked) {
    List<SafetyClassifier> classifiers = safety.stream().map(PicturePlans::classifier).toList();
    try {
      return new Judging(policy(safety, asked), classifiers);
    } catch (Refusal | UncheckedIOException unusable) {
      if (!modes.safety().conservative()) {
        throw unusable;
      }
      return new Judging(unreadable(), List.of());
    }
  }

  private static SafetyPolicy unreadable() {
    try {
      return PolicySource.unreadable();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** How much larger pictures are after all operations, along one side. */
  static int scale(List<PictureOperation> operations) {
    int scale = 1;
    for (PictureOperation operation : operations) {
      if (operation instanceof PictureOperation.Upscaling upscaling) {
        scale *= upscaling.scale();
      }
    }
    return scale;
  }

  private static Upscaler upscaler(ModelDescriptor model, int scale) {
    if (model.upscale() == null) {
      throw unsuitable(model, "an upscaling model");
    }
    if (!model.upscale().scales().contains(scale)) {
      throw Refusal.of(
          "invalid_parameter",
          "Model '%s' upscales by %s, not by %d"
              .formatted(model.id(), model.upscale().scales(), scale),
          "Ask for a scale that it has, or for upscale-model=lanczos");
    }
    return new Upscaler(model.id(), "x" + scale, scale);
  }

  private static SafetyClassifier classifier(ModelDescriptor model) {
    if (model.safety() == null) {
      throw unsuitable(model, "a safety model");
    }
    return new SafetyClassifier(
        model.id(),
        CLASSIFIER,
        model.safety().width(),
        model.safety().height(),
        model.safety().classes());
  }

  static Refusal unsuitable(ModelDescriptor model, String wanted) {
    return Refusal.of(
        "model_unsuitable",
        "Model '" + model.id() + "' is of kind " + model.kind() + ", not " + wanted,
        "'mainstay models' lists the models with their kinds");
  }

  /** What the request asks for in any of its checks. */
  private static Strictness strictness(List<PictureOperation> operations) {
    boolean strict =
        operations.stream()
            .anyMatch(
                operation ->
                    operation instanceof PictureOperation.SafetyCheck check
                        && check.strictness().equals(Strictness.STRICT.wireName()));
    return strict ? Strictness.STRICT : Strictness.MODERATE;
  }

  /** The policy, or a stricter one where the node's modes demand it. */
  private SafetyPolicy careful(SafetyPolicy policy) {
    SafetyLimits demanded = modes.safety();
    return demanded.equals(SafetyLimits.NONE)
        ? policy
        : policy.careful(
            demanded.safetyMargin(),
            demanded.qualityMargin(),
            demanded.conservative(),
            modes.modesText());
  }

  /**
   * The strictest of the models' policies, the node's own and the request's strictness; ours where
   * no model has a policy.
   */
  private SafetyPolicy policy(Collection<ModelDescriptor> safety, Strictness asked) {
    PolicySource source = new PolicySource(bounds.safety().atLeast(asked));
    try {
      if (safety.isEmpty()) {
        return source.policy(null).policy();
      }
      SafetyPolicy strictest = null;
      for (ModelDescriptor model : safety) {
        SafetyPolicy policy = source.policy(model.safety().policy()).policy();
        strictest = strictest == null ? policy : strictest.stricter(policy);
      }
      return strictest;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    } catch (IllegalArgumentException unusable) {
      throw Refusal.of(
          "safety_policy_unusable",
          "The safety policy cannot be used: " + unusable.getMessage(),
          "Repair the file; no picture is delivered without a policy");
    }
  }
}
