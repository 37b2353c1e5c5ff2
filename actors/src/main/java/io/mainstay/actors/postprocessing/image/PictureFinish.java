package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.postprocessing.image.quality.Quality;
import io.mainstay.actors.postprocessing.image.safety.SafetyGate;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.processing.image.Picture;
import io.mainstay.actors.processing.image.png.PictureFile;
import io.mainstay.actors.processing.image.png.PictureMath;
import io.mainstay.actors.processing.image.png.PngCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The end of a pipeline: each picture's PNG, quality and verdict. The quality is that of the
 * picture in the file. Technically a picture is as asked when its numbers are finite, it has the
 * size that the operations lead to, and its PNG decodes to it again.
 */
final class PictureFinish {
  private PictureFinish() {}

  static List<PictureVerdict> verdicts(
      SafetyPolicy policy, List<PictureItem> items, List<PictureWork> works) {
    List<PictureVerdict> verdicts = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      verdicts.add(verdict(policy, items.get(i), works.get(i)));
    }
    return List.copyOf(verdicts);
  }

  private static PictureVerdict verdict(SafetyPolicy policy, PictureItem item, PictureWork work) {
    List<String> defects = new ArrayList<>();
    Picture made = work.picture();
    if (!finite(made)) {
      defects.add("it has numbers that are not finite; they are black in the file");
    }
    if (!Size.of(made).equals(work.expected())) {
      defects.add("it has " + Size.of(made) + " pixels, not " + work.expected());
    }
    Picture picture = PictureMath.quantized(PictureMath.clip(made));
    byte[] png = PngCodec.encode(picture, item.texts());
    if (!decodesTo(picture, png)) {
      defects.add("its PNG does not decode to it again");
    }
    double technical = Quality.of(picture).score();
    double visual = VisualContrast.score(picture);
    SafetyGate.Outcome outcome =
        SafetyGate.decide(policy, work.safety(), Math.min(technical, visual), defects);
    return new PictureVerdict(
        outcome.decision(),
        work.safety(),
        technical,
        visual,
        work.unenlarged() == null
            ? null
            : EnhancementEffectiveness.score(PictureMath.clip(work.unenlarged()), picture),
        policy.version(),
        outcome.reasons(),
        picture.width(),
        picture.height(),
        png);
  }

  private static boolean finite(Picture picture) {
    for (float value : picture.planes()) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static boolean decodesTo(Picture picture, byte[] png) {
    try {
      Picture decoded =
          PictureFile.read("the result", png, (long) picture.width() * picture.height());
      return Size.of(decoded).equals(Size.of(picture))
          && Arrays.equals(decoded.planes(), picture.planes());
    } catch (Refusal undecodable) {
      return false;
    }
  }
}
