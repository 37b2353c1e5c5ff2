package io.mainstay.actors.postprocessing.picture;

import io.mainstay.actors.postprocessing.image.PictureItem;
import io.mainstay.actors.postprocessing.image.PictureLimits;
import io.mainstay.actors.postprocessing.image.PicturePipeline;
import io.mainstay.actors.postprocessing.image.PicturePlan;
import io.mainstay.actors.postprocessing.image.safety.Drawing;
import io.mainstay.actors.postprocessing.image.safety.Enforcement;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.postprocessing.image.safety.TechnicalCompliance;
import io.mainstay.actors.postprocessing.output.Manifest;
import io.mainstay.actors.postprocessing.output.OutputPlan;
import io.mainstay.actors.processing.image.Picture;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionWork.Completed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pictures whose batch is done, for tests of what follows; judged by the rules. */
public final class FinishedPictures {
  static final Picture SAFE =
      Drawing.of(
          64,
          Drawing.GREY,
          graphics -> Drawing.fill(graphics, Drawing.YELLOW, Drawing.circle(30, 30, 18)));
  static final Picture SIGN =
      Drawing.of(64, Drawing.GREY, graphics -> Drawing.sign(graphics, 32, 32, 20));
  static final Picture EMPTY = Drawing.of(64, Drawing.GREY, graphics -> {});

  private FinishedPictures() {}

  /** The first is delivered, the second rejected. */
  public static PicturePipeline oneSafeOneSign() {
    return batch(item(SAFE, "a circle"), item(SIGN, "a triangle"));
  }

  static PicturePipeline batch(PictureItem... items) {
    SafetyPolicy policy =
        new SafetyPolicy(
            "v2.1",
            0.95,
            5,
            TechnicalCompliance.STRICT,
            Enforcement.REJECT,
            Enforcement.FLAG_FOR_REVIEW,
            List.of("warning_sign"),
            List.of());
    return PicturePipeline.begin(
        PicturePlan.of(List.of(), List.of(), List.of(), policy, new PictureLimits(4 << 20, 8)),
        List.of(items));
  }

  static PictureItem item(Picture picture, String prompt) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", prompt);
    texts.put("seed", "7");
    return new PictureItem(picture, prompt, prompt, texts);
  }

  /**
   * Outputs of a session whose batches all have the same number of documents; batch i took i + 1
   * attempts.
   */
  public static OutputPlan plan(String session, int documents, String output, BlobRef... results) {
    int each = documents / results.length;
    List<Completed> completed = new ArrayList<>();
    for (int i = 0; i < results.length; i++) {
      completed.add(
          new Completed(
              new DocumentRange(i * each, (i + 1) * each), results[i].sha256(), "cpu-" + i, i + 1));
    }
    return new OutputPlan(
        new Manifest(
            session,
            "text-to-image",
            new Manifest.Model("shapes-64", "1", List.of()),
            documents,
            documents,
            List.of(),
            0,
            0,
            new Manifest.BatchPlan(each, results.length),
            List.of("cpu-0"),
            List.of(),
            "2026-11-22T00:00:00Z",
            "",
            List.of()),
        completed,
        output);
  }
}
