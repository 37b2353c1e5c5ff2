package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.postprocessing.image.safety.SafetyFinding;
import io.mainstay.actors.processing.image.Picture;

/**
 * A picture on its way.
 *
 * @param picture as it is now
 * @param prompt that it was made from, or empty
 * @param expected size that the request asks for by now
 * @param unenlarged as it was before the first upscaling, or null
 * @param safety worst finding of all checks so far, or null for none
 */
record PictureWork(
    Picture picture, String prompt, Size expected, Picture unenlarged, SafetyFinding safety) {
  static PictureWork of(PictureItem item) {
    return new PictureWork(item.picture(), item.prompt(), Size.of(item.picture()), null, null);
  }

  PictureWork enlarged(Picture larger, int scale) {
    return new PictureWork(
        larger, prompt, expected.times(scale), unenlarged == null ? picture : unenlarged, safety);
  }

  PictureWork checked(SafetyFinding finding) {
    return new PictureWork(
        picture, prompt, expected, unenlarged, safety == null ? finding : safety.worse(finding));
  }
}
