package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.Substitution;
import io.mainstay.actors.model.report.CachedModel;
import java.util.List;

/**
 * Looks at what is stored of models without changing it, and makes anew what can be made anew.
 * Blocking, as long as the disk takes; every file is read. Each use remembers nothing of another,
 * so it may be used from several threads.
 */
public final class CacheInspector {
  private final ModelSettings settings;
  private final ClassLoader resources;

  /** Of what a scanner with the same settings finds. */
  public CacheInspector(ModelSettings settings, ClassLoader resources) {
    this.settings = settings;
    this.resources = resources;
  }

  /**
   * What a rebuild came to.
   *
   * @param now the model as it is now
   */
  public record Rebuilt(ScannedModel now, CachedModel cached) {}

  /** Whether it has files of its own; one with a component of another has not. */
  public static boolean isStored(ScannedModel model) {
    return Substitution.of(model.id()).isEmpty();
  }

  /** Files against checksums, graphs by their headers; nothing is written but markers. */
  public CachedModel inspect(ScannedModel model) {
    VerifiedFiles files = VerifiedFiles.anew(ModelScanner.markers(settings));
    ModelScanner scanner = new ModelScanner(settings, resources, files);
    if (!ModelScanner.isBundle(model)) {
      return cached(scanner.again(model), false, files, List.of());
    }
    List<String> damaged = scanner.damagedFiles(model.id());
    return damaged.isEmpty()
        ? cached(scanner.again(model), true, files, damaged)
        : new CachedModel(model.id(), true, files.hashedFiles(), files.hashedBytes(), damaged, "");
  }

  /** Damaged files of the class path are written again; the model is described anew. */
  public Rebuilt rebuild(ScannedModel model) {
    VerifiedFiles files = VerifiedFiles.anew(ModelScanner.markers(settings));
    ScannedModel now = new ModelScanner(settings, resources, files).again(model);
    return new Rebuilt(now, cached(now, ModelScanner.isBundle(model), files, List.of()));
  }

  private static CachedModel cached(
      ScannedModel model, boolean rebuildable, VerifiedFiles files, List<String> damaged) {
    return new CachedModel(
        model.id(),
        rebuildable,
        files.hashedFiles(),
        files.hashedBytes(),
        damaged,
        model instanceof ScannedModel.Broken broken ? broken.problem().text() : "");
  }
}
