package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.postprocessing.image.safety.Decision;
import io.mainstay.actors.postprocessing.image.safety.SafetyFinding;
import java.util.List;

/**
 * What became of a picture.
 *
 * @param safety the worst finding of all checks
 * @param technicalQuality 0 to 10
 * @param visualQuality 0 to 10
 * @param enhancementEffectiveness 0 to 10, or null where nothing was upscaled
 * @param policyVersion of the policy that decided
 * @param reasons why it is not simply delivered, one sentence each
 * @param width in pixels
 * @param height in pixels
 * @param png the file, whatever was decided; nobody writes to it
 */
public record PictureVerdict(
    Decision decision,
    SafetyFinding safety,
    double technicalQuality,
    double visualQuality,
    Double enhancementEffectiveness,
    String policyVersion,
    List<String> reasons,
    int width,
    int height,
    byte[] png) {
  public PictureVerdict {
    reasons = List.copyOf(reasons);
  }
}
