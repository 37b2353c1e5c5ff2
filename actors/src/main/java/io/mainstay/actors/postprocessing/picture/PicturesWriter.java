package io.mainstay.actors.postprocessing.picture;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.postprocessing.output.EmbeddingsWriter;
import io.mainstay.actors.postprocessing.output.OutputDirectory;
import io.mainstay.actors.postprocessing.output.OutputPlan;
import io.mainstay.actors.postprocessing.output.WrittenOutputs;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the outputs of a session of pictures: queues those that need a person, keeps those that go
 * out, and delivers them to a directory if one was asked for, the manifest last. Writing again
 * replaces what an interrupted earlier attempt left. Blocks.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.POSTPROCESSING,
    group = "orchestration",
    fields = "assembly")
public final class PicturesWriter {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ArtifactStore store;
  private final PictureSorter sorter;
  private final Path spool;
  private final Clock clock;

  /**
   * @param spool directory for files on their way; on the data directory's disk
   */
  public PicturesWriter(ArtifactStore store, Reviews reviews, Path spool, Clock clock) {
    this.store = store;
    this.sorter = new PictureSorter(store, reviews);
    this.spool = spool;
    this.clock = clock;
  }

  /**
   * Writes the outputs. A directory that cannot be written is a degradation: the outputs are in the
   * blob store all the same. So are pictures that are withheld.
   *
   * @throws IOException if the blob store, the spool or the review queue cannot be used
   * @throws io.mainstay.actors.postprocessing.output.IncompleteResultsException if a document has
   *     no picture or two
   */
  public WrittenOutputs write(OutputPlan plan) throws IOException {
    plan.check();
    String session = plan.manifest().sessionId();
    PictureSorter.Sorted sorted = sorter.sort(session, plan.completed());
    List<BlobRef> delivered =
        sorted.pictures().stream()
            .filter(SortedPicture::delivered)
            .map(SortedPicture::file)
            .toList();
    store.keep(session, delivered.stream().map(BlobRef::sha256).toList());
    PictureManifest manifest =
        PictureManifest.of(
            plan.manifest(),
            sorted.pictures(),
            clock.instant().toString(),
            degradations(plan, sorted));
    Files.createDirectories(spool);
    Path file = Files.createTempFile(spool, session + "-", ".tmp");
    try {
      String undelivered = deliver(plan, delivered, manifest, file);
      if (!undelivered.isEmpty()) {
        manifest = manifest.degradedBy(undelivered);
      }
      JSON.writeValue(file.toFile(), manifest);
      List<BlobRef> outputs = new ArrayList<>(delivered);
      outputs.add(store.put(session, EmbeddingsWriter.MANIFEST, file));
      return new WrittenOutputs(outputs, manifest.degradations());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static List<String> degradations(OutputPlan plan, PictureSorter.Sorted sorted) {
    List<String> all = new ArrayList<>(plan.manifest().degradations());
    all.addAll(sorted.degradations());
    int made = sorted.pictures().size();
    long held = sorted.pictures().stream().filter(SortedPicture::held).count();
    long withheld =
        sorted.pictures().stream().filter(one -> !one.delivered() && !one.held()).count();
    long flagged =
        sorted.pictures().stream().filter(one -> one.flagged() && one.review().isOpen()).count();
    if (withheld > 0) {
      all.add(
          "pictures_withheld: %d of %d pictures are withheld by the safety gate; 'mainstay reviews' has them"
              .formatted(withheld, made));
    }
    if (flagged > 0) {
      all.add(
          "pictures_flagged: %d of %d pictures are delivered and wait for a person's review; 'mainstay reviews' has them"
              .formatted(flagged, made));
    }
    if (held > 0) {
      all.add(
          "review_queue_full: %d of %d pictures are kept and held back, since nobody can be asked: %s. Then 'mainstay reviews requeue %s' queues them"
              .formatted(held, made, sorted.full(), plan.manifest().sessionId()));
    }
    return all;
  }

  /** Empty when all was delivered or nobody asked; else what went wrong, in a sentence. */
  private String deliver(
      OutputPlan plan, List<BlobRef> pictures, PictureManifest manifest, Path file)
      throws IOException {
    if (plan.outputDirectory().isEmpty()) {
      return "";
    }
    OutputDirectory directory =
        new OutputDirectory(Path.of(plan.outputDirectory()), manifest.sessionId());
    int done = 0;
    for (BlobRef picture : pictures) {
      try (InputStream in = store.open(picture.sha256())) {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      }
      String failed = deliver(directory, picture.name(), file);
      if (!failed.isEmpty()) {
        return undelivered(plan, done, pictures.size(), failed);
      }
      done++;
    }
    JSON.writeValue(file.toFile(), manifest);
    String failed = deliver(directory, EmbeddingsWriter.MANIFEST, file);
    return failed.isEmpty() ? "" : undelivered(plan, done, pictures.size(), failed);
  }

  // The directory is the user's; a failure of ours, such as a full blob store, is not caught here.
  private static String deliver(OutputDirectory directory, String name, Path file) {
    try {
      directory.deliver(name, file);
      return "";
    } catch (IOException unwritable) {
      return unwritable.toString();
    }
  }

  private static String undelivered(OutputPlan plan, int done, int all, String why) {
    return "output_directory_unwritable: '"
        + plan.outputDirectory()
        + "' took "
        + done
        + " of "
        + all
        + " pictures ("
        + why
        + "). The results are kept: 'mainstay sessions fetch "
        + plan.manifest().sessionId()
        + "' downloads them";
  }
}
