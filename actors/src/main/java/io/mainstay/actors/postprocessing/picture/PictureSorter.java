package io.mainstay.actors.postprocessing.picture;

import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.postprocessing.image.safety.Decision;
import io.mainstay.persistence.review.JudgedPicture;
import io.mainstay.persistence.review.Review;
import io.mainstay.persistence.review.ReviewVerdict;
import io.mainstay.persistence.session.SessionWork.Completed;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads what became of the pictures of a session, and queues those that need a person. Each
 * picture's file is kept by somebody before this returns: the outputs' owner is left to the caller.
 * Doing it again gives the same. Blocks.
 */
final class PictureSorter {
  private final ArtifactStore store;
  private final Reviews reviews;

  PictureSorter(ArtifactStore store, Reviews reviews) {
    this.store = store;
    this.reviews = reviews;
  }

  /**
   * All pictures of a session.
   *
   * @param degradations of their batches, each sentence once
   * @param full the queue's words when it took no more, or empty
   */
  record Sorted(List<SortedPicture> pictures, Set<String> degradations, String full) {}

  Sorted sort(String sessionId, List<Completed> batches) throws IOException {
    List<SortedPicture> pictures = new ArrayList<>();
    Set<String> degradations = new LinkedHashSet<>();
    String full = "";
    for (Completed batch : batches) {
      PictureResults results = read(batch);
      degradations.addAll(results.degradations());
      for (PictureResults.Result result : results.pictures()) {
        Review review = null;
        if (result.decision() != Decision.DELIVERED) {
          try {
            review = queue(sessionId, results.policyVersion(), result);
          } catch (ReviewQueueFullException refused) {
            full = refused.getMessage();
            store.keep(HeldPictures.owner(sessionId), List.of(result.sha256()));
          }
        }
        pictures.add(
            new SortedPicture(
                result,
                results.operations(),
                results.policyVersion(),
                batch.fingerprint(),
                batch.attempts(),
                review));
      }
    }
    if (full.isEmpty()) {
      // An earlier attempt may have found the queue full.
      store.release(HeldPictures.owner(sessionId));
    }
    return new Sorted(pictures, degradations, full);
  }

  private PictureResults read(Completed batch) throws IOException {
    PictureResults results;
    try (InputStream in = store.open(batch.resultSha256())) {
      results = PictureResults.parse(in.readAllBytes());
    }
    List<Integer> indexes = results.pictures().stream().map(PictureResults.Result::index).toList();
    List<Integer> expected = new ArrayList<>();
    for (int index = batch.range().from(); index < batch.range().to(); index++) {
      expected.add(index);
    }
    if (!indexes.equals(expected)) {
      throw new IllegalArgumentException(
          "the result of " + batch.range() + " holds the pictures " + indexes);
    }
    return results;
  }

  private Review queue(String sessionId, String policyVersion, PictureResults.Result result)
      throws ReviewQueueFullException, IOException {
    Review review =
        reviews.open(
            new JudgedPicture(
                sessionId,
                result.index(),
                result.decision() == Decision.REJECTED
                    ? ReviewVerdict.REJECTED
                    : ReviewVerdict.FLAGGED,
                result.reasons(),
                result.safety().score(),
                result.quality(),
                policyVersion,
                result.sha256(),
                result.bytes(),
                result.name()));
    if (review.isOpen()) {
      store.keep(review.blobOwner(), List.of(result.sha256()));
    }
    return review;
  }
}
