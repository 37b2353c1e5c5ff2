package io.mainstay.actors.postprocessing.picture;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.mainstay.actors.postprocessing.image.safety.Decision;
import io.mainstay.actors.postprocessing.image.safety.SafetyFinding;
import io.mainstay.actors.postprocessing.output.Manifest;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The receipt of a session of pictures, {@code manifest.json}. What a picture depends on is in its
 * PNG too; ids, times and attempts are only here.
 *
 * @param documents in the input
 * @param delivered pictures among the outputs
 * @param withheld pictures that are not, though they were made
 * @param flagged pictures among the outputs that wait for a person, or were waved through by one
 * @param poisoned indexes of documents in the dead letters; they have no picture
 * @param replanned documents whose batch was split after a death
 * @param interruptions batches that were in flight when their worker died
 * @param fingerprints distinct fingerprints of the results
 * @param acceptedAt ISO-8601, UTC
 * @param finishedAt ISO-8601, UTC
 * @param degradations what the user did not get as asked, one sentence each
 */
@JsonPropertyOrder({
  "sessionId",
  "template",
  "model",
  "documents",
  "delivered",
  "withheld",
  "flagged",
  "poisoned",
  "replanned",
  "interruptions",
  "batchPlan",
  "fingerprints",
  "pictures",
  "acceptedAt",
  "finishedAt",
  "degradations"
})
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.POSTPROCESSING,
    group = "output",
    fields = {"quality", "metadata"})
public record PictureManifest(
    String sessionId,
    String template,
    Manifest.Model model,
    int documents,
    int delivered,
    int withheld,
    int flagged,
    List<Integer> poisoned,
    int replanned,
    int interruptions,
    Manifest.BatchPlan batchPlan,
    List<String> fingerprints,
    List<Entry> pictures,
    String acceptedAt,
    String finishedAt,
    List<String> degradations) {
  /**
   * One picture.
   *
   * @param file its name among the outputs, or empty while it is withheld
   * @param name its prompt, or its input's name
   * @param texts keywords and texts in its PNG: prompt, seed, model, steps, guidance
   * @param sha256 of its PNG
   * @param fingerprint of what computed it
   * @param attempts workers that its batch was given to anew, over deaths of workers and of nodes:
   *     1 when nothing went wrong; 0 is not known
   * @param operations that were carried out, in order, the gate included
   * @param policyVersion of the safety policy that decided
   * @param decision of the policy
   * @param enhancementEffectiveness 0 to 10, or null where nothing was upscaled
   * @param reviewId of its entry in the review queue, or empty
   */
  @JsonPropertyOrder({
    "index",
    "file",
    "name",
    "texts",
    "sha256",
    "bytes",
    "width",
    "height",
    "fingerprint",
    "attempts",
    "operations",
    "policyVersion",
    "decision",
    "safety",
    "technicalQuality",
    "visualQuality",
    "enhancementEffectiveness",
    "reasons",
    "reviewId"
  })
  public record Entry(
      int index,
      String file,
      String name,
      Map<String, String> texts,
      String sha256,
      long bytes,
      int width,
      int height,
      String fingerprint,
      int attempts,
      List<String> operations,
      String policyVersion,
      Decision decision,
      SafetyFinding safety,
      double technicalQuality,
      double visualQuality,
      Double enhancementEffectiveness,
      List<String> reasons,
      String reviewId) {}

  static PictureManifest of(
      Manifest session, List<SortedPicture> pictures, String at, List<String> degradations) {
    int delivered = (int) pictures.stream().filter(SortedPicture::delivered).count();
    return new PictureManifest(
        session.sessionId(),
        session.template(),
        session.model(),
        session.documents(),
        delivered,
        pictures.size() - delivered,
        (int) pictures.stream().filter(SortedPicture::flagged).count(),
        session.poisoned(),
        session.replanned(),
        session.interruptions(),
        session.batchPlan(),
        session.fingerprints(),
        pictures.stream().map(SortedPicture::entry).toList(),
        session.acceptedAt(),
        at,
        List.copyOf(degradations));
  }

  /** With one more thing that went less well than asked. */
  PictureManifest degradedBy(String what) {
    List<String> more = new ArrayList<>(degradations);
    more.add(what);
    return new PictureManifest(
        sessionId,
        template,
        model,
        documents,
        delivered,
        withheld,
        flagged,
        poisoned,
        replanned,
        interruptions,
        batchPlan,
        fingerprints,
        pictures,
        acceptedAt,
        finishedAt,
        more);
  }
}
