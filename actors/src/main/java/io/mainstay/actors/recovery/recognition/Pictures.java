package io.mainstay.actors.recovery.recognition;

import io.mainstay.actors.recovery.ErrorNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finished pictures that their policy withholds or doubts. Pure. */
public final class Pictures {
  private Pictures() {}

  /**
   * What was found of one picture.
   *
   * @param safety score of its content, 0 to 1
   * @param quality the lower one of its two scores, 0 to 10
   */
  public record Found(double safety, double quality) {}

  /**
   * The errors of a batch, one of each kind for all its pictures.
   *
   * @param safetyMinimum of the policy, 0 to 1
   * @param qualityMinimum of the policy, 0 to 10
   */
  public static List<Recognised> recognise(
      List<Found> pictures, double safetyMinimum, double qualityMinimum) {
    List<Recognised> found = new ArrayList<>();
    List<Found> unsafe = pictures.stream().filter(one -> one.safety() < safetyMinimum).toList();
    if (!unsafe.isEmpty()) {
      found.add(
          Recognised.of(
              ErrorNames.POSTPROCESSING_SAFETY_POLICY_VIOLATION,
              text(
                  "%d of %d pictures have a content safety below %.2f; the lowest is %.3f",
                  unsafe.size(),
                  pictures.size(),
                  safetyMinimum,
                  unsafe.stream().mapToDouble(Found::safety).min().orElseThrow())));
    }
    List<Found> poor = pictures.stream().filter(one -> one.quality() < qualityMinimum).toList();
    if (!poor.isEmpty()) {
      found.add(
          Recognised.of(
              ErrorNames.BELOW_QUALITY_THRESHOLD,
              text(
                  "%d of %d pictures have a quality below %.1f; the lowest is %.2f",
                  poor.size(),
                  pictures.size(),
                  qualityMinimum,
                  poor.stream().mapToDouble(Found::quality).min().orElseThrow())));
    }
    return found;
  }

  /** Many of the last pictures were poor. */
  public static Recognised trend(int poor, int window, double qualityMinimum) {
    return Recognised.of(
        ErrorNames.POSTPROCESSING_QUALITY_DEGRADATION,
        text("%d of the last %d pictures have a quality below %.1f", poor, window, qualityMinimum));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
