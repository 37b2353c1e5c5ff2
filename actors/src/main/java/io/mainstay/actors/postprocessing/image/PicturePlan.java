package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.persistence.session.PictureOperation;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is done to the pictures of a session: the operations of the request in their order, and a
 * safety gate behind them unless the last thing asked for is that very check. Immutable.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.POSTPROCESSING,
    group = "orchestration",
    fields = "requests")
public final class PicturePlan {
  private final List<PictureStage> stages;
  private final SafetyPolicy policy;
  private final List<String> degradations;

  private PicturePlan(List<PictureStage> stages, SafetyPolicy policy, List<String> degradations) {
    this.stages = List.copyOf(stages);
    this.policy = policy;
    this.degradations = List.copyOf(degradations);
  }

  /**
   * The plan for these operations. A model that is asked for and not among those given is replaced:
   * an upscaler by the worker's Lanczos kernel, a classifier by the rules; the plan says so.
   *
   * @param upscalers that can be used, by model and scale; the builtin ones need not be listed
   * @param classifiers that can be used; the first one is the gate's, none leaves it to the rules
   */
  public static PicturePlan of(
      List<PictureOperation> operations,
      List<Upscaler> upscalers,
      List<SafetyClassifier> classifiers,
      SafetyPolicy policy,
      PictureLimits limits) {
    List<PictureStage> stages = new ArrayList<>();
    List<String> degradations = new ArrayList<>();
    Optional<SafetyClassifier> gate = classifiers.stream().findFirst();
    for (PictureOperation operation : operations) {
      if (operation instanceof PictureOperation.Upscaling upscaling) {
        stages.add(upscale(upscaling, upscalers, limits, degradations));
      } else if (operation instanceof PictureOperation.SafetyCheck check) {
        stages.add(check(check, classifiers, policy, limits, degradations));
      } else if (operation instanceof PictureOperation.FormatConversion) {
        stages.add(new ConvertStage());
      }
    }
    CheckStage last = new CheckStage(gate, policy, limits, true);
    if (gate.isEmpty()) {
      degradations.add(last.instead("no safety classifier is at hand"));
    }
    int check = lastOfPixels(stages);
    if (check >= 0
        && stages.get(check) instanceof CheckStage asked
        && asked.classifier().equals(gate)) {
      // That very check was asked for: it is the gate.
      stages.set(check, last);
    } else {
      stages.add(last);
    }
    return new PicturePlan(stages, policy, degradations);
  }

  private static PictureStage upscale(
      PictureOperation.Upscaling asked,
      List<Upscaler> upscalers,
      PictureLimits limits,
      List<String> degradations) {
    Upscaler lanczos = Upscaler.lanczos(asked.scale());
    if (asked.model().equals(Upscaler.LANCZOS) || asked.model().equals(Upscaler.BUILTIN)) {
      return new UpscaleStage(lanczos, limits);
    }
    Optional<Upscaler> model =
        upscalers.stream()
            .filter(one -> one.modelId().equals(asked.model()) && one.scale() == asked.scale())
            .findFirst();
    if (model.isEmpty()) {
      degradations.add(
          "upscaler_unavailable: no model '"
              + asked.model()
              + "' upscales by "
              + asked.scale()
              + " here; the worker's Lanczos kernel upscaled instead");
    }
    return new UpscaleStage(model.orElse(lanczos), limits);
  }

  private static PictureStage check(
      PictureOperation.SafetyCheck asked,
      List<SafetyClassifier> classifiers,
      SafetyPolicy policy,
      PictureLimits limits,
      List<String> degradations) {
    Optional<SafetyClassifier> classifier =
        classifiers.stream().filter(one -> one.modelId().equals(asked.model())).findFirst();
    if (classifier.isEmpty() && !asked.model().equals("rules")) {
      degradations.add(
          "safety_by_rules: no safety model '"
              + asked.model()
              + "' is here; the rules over prompt and pixels checked instead");
    }
    return new CheckStage(classifier, policy, limits, false);
  }

  /** Index of the last stage that looks at pixels or changes them; -1 if there is none. */
  private static int lastOfPixels(List<PictureStage> stages) {
    int last = stages.size() - 1;
    while (last >= 0 && stages.get(last) instanceof ConvertStage) {
      last--;
    }
    return last;
  }

  /** Operations in their order, the gate included. */
  public List<String> operations() {
    return stages.stream().map(PictureStage::operation).toList();
  }

  /** Worker requests for that many pictures of that size, for a progress before they exist. */
  public int requests(int pictures, int width, int height) {
    List<Size> sizes = Collections.nCopies(pictures, new Size(width, height));
    int requests = 0;
    for (PictureStage stage : stages) {
      requests += stage.requestCount(sizes);
      sizes = stage.after(sizes);
    }
    return requests;
  }

  /** The policy that decides. */
  public SafetyPolicy policy() {
    return policy;
  }

  /** Models that make pictures larger; the worker's own kernel is none. */
  public Set<String> enhancers() {
    return stages.stream()
        .filter(UpscaleStage.class::isInstance)
        .map(stage -> ((UpscaleStage) stage).upscaler().modelId())
        .filter(model -> !model.equals(Upscaler.BUILTIN))
        .collect(Collectors.toUnmodifiableSet());
  }

  List<PictureStage> stages() {
    return stages;
  }

  /** What is not as asked already, one sentence each. */
  public List<String> degradations() {
    return degradations;
  }
}
