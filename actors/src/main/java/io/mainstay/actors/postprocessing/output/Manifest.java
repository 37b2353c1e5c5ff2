package io.mainstay.actors.postprocessing.output;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.persistence.session.BlobRef;
import java.util.ArrayList;
import java.util.List;

/**
 * The receipt of a session, {@code manifest.json}.
 *
 * @param documents in the input
 * @param embedded documents with an embedding
 * @param poisoned indexes of documents in the dead letters; they have no line
 * @param replanned documents whose batch was split after a death
 * @param fingerprints distinct fingerprints of the results; more than one means that results were
 *     computed by backends of different kinds
 * @param acceptedAt ISO-8601, UTC
 * @param finishedAt ISO-8601, UTC
 * @param degradations what the user did not get as asked, one sentence each
 */
@JsonPropertyOrder({
  "sessionId",
  "template",
  "model",
  "documents",
  "embedded",
  "poisoned",
  "replanned",
  "interruptions",
  "batchPlan",
  "fingerprints",
  "files",
  "acceptedAt",
  "finishedAt",
  "degradations"
})
public record Manifest(
    String sessionId,
    String template,
    Model model,
    int documents,
    int embedded,
    List<Integer> poisoned,
    int replanned,
    int interruptions,
    BatchPlan batchPlan,
    List<String> fingerprints,
    List<BlobRef> files,
    String acceptedAt,
    String finishedAt,
    List<String> degradations) {
  public Manifest {
    poisoned = List.copyOf(poisoned);
    fingerprints = List.copyOf(fingerprints);
    files = List.copyOf(files);
    degradations = List.copyOf(degradations);
  }

  /** The model as it was used. */
  public record Model(String id, String version, List<Component> components) {
    public Model {
      components = List.copyOf(components);
    }

    /** What the registry said of it. */
    public static Model of(ModelDescriptor descriptor) {
      return new Model(
          descriptor.id(),
          descriptor.version(),
          descriptor.components().stream()
              .map(part -> new Component(part.name(), part.sha256(), part.bytes(), part.from()))
              .toList());
    }
  }

  /**
   * One file of the model.
   *
   * @param takenFrom id of the model that it is of, where one's own was bad; else empty, and not
   *     written
   */
  public record Component(
      String name,
      String sha256,
      long bytes,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String takenFrom) {
    /** The model's own. */
    public Component(String name, String sha256, long bytes) {
      this(name, sha256, bytes, "");
    }
  }

  /** Batch i holds documents from i * batchDocuments on. */
  public record BatchPlan(int batchDocuments, int batches) {}

  /** With the files that were written. */
  Manifest withFiles(List<BlobRef> written, String at) {
    return new Manifest(
        sessionId,
        template,
        model,
        documents,
        embedded,
        poisoned,
        replanned,
        interruptions,
        batchPlan,
        fingerprints,
        written,
        acceptedAt,
        at,
        degradations);
  }

  /** With one more thing that went less well than asked. */
  Manifest degradedBy(String what) {
    List<String> more = new ArrayList<>(degradations);
    more.add(what);
    return new Manifest(
        sessionId,
        template,
        model,
        documents,
        embedded,
        poisoned,
        replanned,
        interruptions,
        batchPlan,
        fingerprints,
        files,
        acceptedAt,
        finishedAt,
        more);
  }
}
