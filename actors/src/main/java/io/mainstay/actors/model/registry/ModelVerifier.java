package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.report.ModelVerification;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads models anew, where a scan found them: every file is hashed, whatever is remembered of it.
 * Blocking, as long as the disk takes.
 */
public final class ModelVerifier {
  private final ModelSettings settings;
  private final ClassLoader resources;

  /** Verifies what a scanner with the same settings finds. */
  public ModelVerifier(ModelSettings settings, ClassLoader resources) {
    this.settings = settings;
    this.resources = resources;
  }

  /**
   * What was found.
   *
   * @param model as it is now
   */
  public record Verdict(ScannedModel model, ModelVerification verification) {}

  /** Looks at each, in order. */
  public List<Verdict> verify(List<ScannedModel> models) {
    List<Verdict> verdicts = new ArrayList<>();
    for (ScannedModel model : models) {
      VerifiedFiles files = VerifiedFiles.anew(ModelScanner.markers(settings));
      ScannedModel now = new ModelScanner(settings, resources, files).again(model);
      verdicts.add(
          new Verdict(
              now,
              new ModelVerification(
                  model.id(),
                  now instanceof ScannedModel.Sound sound ? sound.descriptor().version() : "",
                  model.origin(),
                  files.hashedFiles(),
                  files.hashedBytes(),
                  now instanceof ScannedModel.Broken broken ? broken.problem().text() : "")));
    }
    return verdicts;
  }
}
