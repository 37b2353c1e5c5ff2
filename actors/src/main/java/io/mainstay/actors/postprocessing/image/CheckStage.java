package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.device.worker.InferenceCall.OutputRoom;
import io.mainstay.actors.postprocessing.image.safety.PictureRules;
import io.mainstay.actors.postprocessing.image.safety.SafetyFinding;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.processing.image.Picture;
import io.mainstay.actors.processing.image.png.AreaShrink;
import io.mainstay.actors.processing.program.BatchProgram.Next.Compute;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A safety check: by a classifier, or by the rules over prompt and pixels. The prompt's rules apply
 * in either case. Where the classifier's answer cannot be used, the rules decide.
 *
 * @param classifier empty for the rules
 * @param required whether somebody has to judge: where the rules do not know all that the policy
 *     forbids, the picture counts as unsafe then
 */
record CheckStage(
    Optional<SafetyClassifier> classifier,
    SafetyPolicy policy,
    PictureLimits limits,
    boolean required)
    implements PictureStage {
  // Probabilities may miss 0, 1 and their sum by this much in float16.
  private static final float TOLERANCE = 0.02f;

  @Override
  public String operation() {
    return "safety_check";
  }

  @Override
  public int requestCount(List<Size> sizes) {
    return classifier.isEmpty() ? 0 : (sizes.size() + most() - 1) / most();
  }

  @Override
  public List<Size> after(List<Size> sizes) {
    return sizes;
  }

  /** Pictures in a request. */
  private int most() {
    SafetyClassifier by = classifier.orElseThrow();
    long each =
        new Size(by.width(), by.height()).bytes() + (long) Float.BYTES * by.classes().size();
    return (int) Math.max(1, limits.requestBytesMax() / each);
  }

  @Override
  public List<Compute> requests(List<PictureWork> works) {
    if (classifier.isEmpty()) {
      return List.of();
    }
    SafetyClassifier by = classifier.get();
    List<Compute> requests = new ArrayList<>();
    for (int from = 0; from < works.size(); from += most()) {
      List<Picture> framed =
          works.subList(from, Math.min(works.size(), from + most())).stream()
              .map(work -> AreaShrink.letterboxed(work.picture(), by.width(), by.height()))
              .toList();
      requests.add(
          new Compute(
              by.modelId(),
              by.component(),
              List.of(Picture.tensor(SafetyClassifier.INPUT, framed)),
              List.of(
                  new OutputRoom(
                      SafetyClassifier.OUTPUT,
                      (long) Float.BYTES * framed.size() * by.classes().size()))));
    }
    return requests;
  }

  @Override
  public Settled settle(List<PictureWork> works, List<Tensor> answers) {
    PictureRules rules = new PictureRules(policy);
    List<PictureWork> done = new ArrayList<>();
    List<String> degradations = new ArrayList<>();
    for (int request = 0; request < answers.size(); request++) {
      int from = request * most();
      List<PictureWork> chunk = works.subList(from, Math.min(works.size(), from + most()));
      String fault = fault(answers.get(request), chunk.size());
      if (fault.isEmpty()) {
        done.addAll(classified(chunk, answers.get(request), rules));
      } else {
        degradations.add(byRulesInstead(fault));
        chunk.forEach(work -> done.add(work.checked(byRules(work, rules))));
      }
    }
    if (classifier.isEmpty()) {
      works.forEach(work -> done.add(work.checked(byRules(work, rules))));
    }
    return new Settled(done, degradations);
  }

  private List<PictureWork> classified(List<PictureWork> chunk, Tensor answer, PictureRules rules) {
    SafetyClassifier by = classifier.orElseThrow();
    FloatBuffer values = answer.bytes().asFloatBuffer();
    List<PictureWork> done = new ArrayList<>();
    for (PictureWork work : chunk) {
      float[] probabilities = new float[by.classes().size()];
      values.get(probabilities);
      done.add(
          work.checked(
              SafetyFinding.ofClasses(by.modelId(), by.classes(), probabilities, policy)
                  .with(rules.prompt(work.prompt()))));
    }
    return done;
  }

  private SafetyFinding byRules(PictureWork work, PictureRules rules) {
    return required && !rules.coverPolicy()
        ? SafetyFinding.unjudged()
        : rules.judge(work.prompt(), work.picture());
  }

  /** Why an answer cannot be used, or empty if it can. */
  private String fault(Tensor answer, int pictures) {
    int classes = classifier.orElseThrow().classes().size();
    List<Long> expected = List.of((long) pictures, (long) classes);
    if (answer.type() != TensorType.FLOAT32 || !answer.dims().equals(expected)) {
      return "it gave " + answer.type() + " " + answer.dims() + ", not FLOAT32 " + expected;
    }
    FloatBuffer values = answer.bytes().asFloatBuffer();
    for (int picture = 0; picture < pictures; picture++) {
      double sum = 0;
      for (int i = 0; i < classes; i++) {
        float value = values.get(picture * classes + i);
        if (!(value >= -TOLERANCE && value <= 1 + TOLERANCE)) {
          return "it gave " + value + " as a probability";
        }
        sum += value;
      }
      if (Math.abs(sum - 1) > TOLERANCE) {
        return "its probabilities add up to " + sum;
      }
    }
    return "";
  }

  @Override
  public Replacement without(String modelId, String why) {
    if (classifier.isEmpty() || !classifier.get().modelId().equals(modelId)) {
      return new Replacement(this, List.of());
    }
    return new Replacement(
        new CheckStage(Optional.empty(), policy, limits, required), List.of(byRulesInstead(why)));
  }

  private String byRulesInstead(String why) {
    return instead("'" + classifier.orElseThrow().modelId() + "' could not be used (" + why + ")");
  }

  /** The degradation of a check without its classifier. */
  String instead(String cause) {
    return required && !new PictureRules(policy).coverPolicy()
        ? "safety_unjudged: "
            + cause
            + ", and policy "
            + policy.version()
            + " forbids what no rule knows; the pictures are withheld"
        : "safety_by_rules: " + cause + "; the rules over prompt and pixels decided";
  }
}
