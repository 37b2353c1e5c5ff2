package io.mainstay.actors.postprocessing.output;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.postprocessing.text.EmbeddingLine;
import io.mainstay.actors.postprocessing.text.EmbeddingMatrix;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionWork.Completed;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * Writes {@code embeddings.jsonl} and {@code manifest.json} of a session: first to the blob store,
 * then, if asked for, to a directory, the manifest last. Holds one batch in memory at a time.
 * Writing again replaces what an interrupted earlier attempt left. Blocks.
 */
public final class EmbeddingsWriter {
  /** Name of the embeddings' file. */
  public static final String EMBEDDINGS = "embeddings.jsonl";

  /** Name of the receipt. */
  public static final String MANIFEST = "manifest.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ArtifactStore store;
  private final Path spool;
  private final Clock clock;

  /**
   * @param spool directory for the file while it grows; on the data directory's disk
   */
  public EmbeddingsWriter(ArtifactStore store, Path spool, Clock clock) {
    this.store = store;
    this.spool = spool;
    this.clock = clock;
  }

  /**
   * Writes the outputs. A directory that cannot be written is a degradation: the outputs are in the
   * blob store all the same.
   *
   * @throws IOException if the blob store or the spool cannot be used
   * @throws IncompleteResultsException if a document has no embedding or two
   */
  public WrittenOutputs write(OutputPlan plan) throws IOException {
    plan.check();
    Files.createDirectories(spool);
    String session = plan.manifest().sessionId();
    Path lines = Files.createTempFile(spool, session + "-", ".jsonl");
    Path receipt = Files.createTempFile(spool, session + "-", ".json");
    try {
      writeLines(plan.completed(), lines);
      BlobRef embeddings = store.put(session, EMBEDDINGS, lines);
      Manifest manifest =
          plan.manifest().withFiles(List.of(embeddings), clock.instant().toString());
      String undelivered = deliver(plan, lines, manifest, receipt);
      if (!undelivered.isEmpty()) {
        manifest = manifest.degradedBy(undelivered);
        writeReceipt(manifest, receipt);
      }
      return new WrittenOutputs(
          List.of(embeddings, store.put(session, MANIFEST, receipt)), manifest.degradations());
    } finally {
      Files.deleteIfExists(lines);
      Files.deleteIfExists(receipt);
    }
  }

  private void writeLines(List<Completed> completed, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
      for (Completed batch : completed) {
        EmbeddingMatrix embeddings = read(batch);
        for (int row = 0; row < embeddings.rows(); row++) {
          out.write(EmbeddingLine.of(batch.range().from() + row, embeddings, row));
        }
      }
    }
  }

  private EmbeddingMatrix read(Completed batch) throws IOException {
    try (InputStream in = store.open(batch.resultSha256())) {
      return EmbeddingMatrix.parse(in.readAllBytes(), batch.range().size());
    }
  }

  /** Empty when it was delivered or nobody asked; else what went wrong, in a sentence. */
  private String deliver(OutputPlan plan, Path lines, Manifest manifest, Path receipt)
      throws IOException {
    writeReceipt(manifest, receipt);
    if (plan.outputDirectory().isEmpty()) {
      return "";
    }
    try {
      OutputDirectory directory =
          new OutputDirectory(Path.of(plan.outputDirectory()), manifest.sessionId());
      directory.deliver(EMBEDDINGS, lines);
      directory.deliver(MANIFEST, receipt);
      return "";
    } catch (IOException unwritable) {
      return "output_directory_unwritable: '"
          + plan.outputDirectory()
          + "' could not be written ("
          + unwritable
          + "). The results are kept: 'mainstay sessions fetch "
          + manifest.sessionId()
          + "' downloads them";
    }
  }

  private static void writeReceipt(Manifest manifest, Path file) throws IOException {
    JSON.writeValue(file.toFile(), manifest);
  }
}
