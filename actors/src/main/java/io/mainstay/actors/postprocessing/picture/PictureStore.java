package io.mainstay.actors.postprocessing.picture;

import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.postprocessing.image.PictureItem;
import io.mainstay.actors.postprocessing.image.PicturePipeline;
import io.mainstay.actors.postprocessing.image.PictureVerdict;
import io.mainstay.persistence.session.BlobRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Stores a finished batch of pictures: its PNGs, then the document that names them. Blocks. */
public final class PictureStore {
  private final ArtifactStore store;

  /** Stores there. */
  public PictureStore(ArtifactStore store) {
    this.store = store;
  }

  /**
   * Durable when it returns; storing the same batch again is harmless.
   *
   * @param owner of the files and the document
   * @param name of the document, for people
   * @param firstIndex document of the first picture
   * @param finished a pipeline at its end
   * @return the document
   */
  public BlobRef store(String owner, String name, int firstIndex, PicturePipeline finished)
      throws IOException {
    if (!finished.isFinished()) {
      throw new IllegalStateException("A batch of pictures that is not finished was to be stored");
    }
    List<PictureResults.Result> results = new ArrayList<>();
    for (int i = 0; i < finished.items().size(); i++) {
      PictureItem item = finished.items().get(i);
      PictureVerdict verdict = finished.verdicts().get(i);
      BlobRef png = store.put(owner, name + "-" + i + ".png", verdict.png());
      results.add(result(firstIndex + i, item, verdict, png));
    }
    return store.put(
        owner,
        name + ".json",
        new PictureResults(
                PictureResults.VERSION,
                finished.plan().operations(),
                finished.plan().policy().version(),
                results,
                finished.degradations())
            .toBytes());
  }

  private static PictureResults.Result result(
      int index, PictureItem item, PictureVerdict verdict, BlobRef png) {
    return new PictureResults.Result(
        index,
        item.name(),
        item.prompt(),
        item.texts(),
        png.sha256(),
        png.bytes(),
        verdict.width(),
        verdict.height(),
        verdict.decision(),
        verdict.safety(),
        verdict.technicalQuality(),
        verdict.visualQuality(),
        verdict.enhancementEffectiveness(),
        verdict.reasons());
  }
}
