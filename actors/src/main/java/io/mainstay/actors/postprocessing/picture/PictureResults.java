package io.mainstay.actors.postprocessing.picture;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.postprocessing.image.safety.Decision;
import io.mainstay.actors.postprocessing.image.safety.SafetyFinding;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of a batch of pictures, as it lies in the blob store: a small JSON document that names
 * the PNG of each. Fields only grow; a reader of an older version ignores those it does not know.
 *
 * @param version of this document, {@link #VERSION} when written by this code
 * @param operations that were carried out, in order, the gate included
 * @param policyVersion of the safety policy that decided
 * @param pictures by index
 * @param degradations what is not as asked, one sentence each
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonPropertyOrder({"version", "operations", "policyVersion", "pictures", "degradations"})
public record PictureResults(
    int version,
    List<String> operations,
    String policyVersion,
    List<Result> pictures,
    List<String> degradations) {
  /** What this code writes, and the newest that it reads. */
  public static final int VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  public PictureResults {
    operations = List.copyOf(operations);
    pictures = List.copyOf(pictures);
    degradations = List.copyOf(degradations);
  }

  /**
   * One picture.
   *
   * @param index of its document in the session
   * @param name for people: its prompt, or its input's name
   * @param prompt that it was made from, or empty
   * @param texts keywords and texts in its PNG
   * @param sha256 of its PNG, lower-case hex
   * @param bytes of its PNG
   * @param width in pixels
   * @param height in pixels
   * @param safety the worst finding of all checks
   * @param technicalQuality 0 to 10
   * @param visualQuality 0 to 10
   * @param enhancementEffectiveness 0 to 10, or null where nothing was upscaled
   * @param reasons why it is not simply delivered, one sentence each
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonPropertyOrder({
    "index",
    "name",
    "prompt",
    "texts",
    "sha256",
    "bytes",
    "width",
    "height",
    "decision",
    "safety",
    "technicalQuality",
    "visualQuality",
    "enhancementEffectiveness",
    "reasons"
  })
  public record Result(
      int index,
      String name,
      String prompt,
      Map<String, String> texts,
      String sha256,
      long bytes,
      int width,
      int height,
      Decision decision,
      SafetyFinding safety,
      double technicalQuality,
      double visualQuality,
      Double enhancementEffectiveness,
      List<String> reasons) {
    public Result {
      // Not Map.copyOf: the order of the texts is that of the file.
      texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
      reasons = List.copyOf(reasons);
    }

    /** What the policy compares with its threshold. */
    public double quality() {
      return Math.min(technicalQuality, visualQuality);
    }
  }

  /** The document; the same results always give the same bytes. */
  public byte[] toBytes() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("Results of pictures cannot be written", impossible);
    }
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if the bytes are no such document, or of a newer version
   */
  public static PictureResults parse(byte[] bytes) {
    PictureResults results;
    try {
      results = JSON.readValue(bytes, PictureResults.class);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "The results of a batch of pictures cannot be read: " + unreadable.getMessage(),
          unreadable);
    }
    if (results.version() < 1 || results.version() > VERSION) {
      throw new IllegalArgumentException(
          "The results of a batch of pictures have version "
              + results.version()
              + "; this node reads 1 to "
              + VERSION);
    }
    return results;
  }
}
