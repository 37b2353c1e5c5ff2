package io.mainstay.persistence.review;

import io.mainstay.persistence.serialization.JournalEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The queue in memory. Immutable. Written as a snapshot; names and fields only grow.
 *
 * @param open in the order of their ids, which is that of their opening
 * @param decided the last ones, in the order of their decision
 */
record ReviewState(List<Review> open, List<Review> decided) implements JournalEvent {
  ReviewState {
    open = List.copyOf(open);
    decided = List.copyOf(decided);
  }

  static ReviewState empty() {
    return new ReviewState(List.of(), List.of());
  }

  Optional<Review> find(String reviewId) {
    return all().filter(review -> review.reviewId().equals(reviewId)).findFirst();
  }

  Optional<Review> find(String sessionId, int index) {
    return all().filter(review -> review.picture().isOf(sessionId, index)).findFirst();
  }

  /** By id, which is by their opening. */
  List<Review> sorted(boolean openOnly) {
    return openOnly ? open : all().sorted(Comparator.comparing(Review::reviewId)).toList();
  }

  /** After one more event; keeps at most {@code kept} decided ones. */
  ReviewState after(ReviewEvent event, int kept) {
    return event instanceof ReviewEvent.ReviewDecided decided
        ? decided(decided, kept)
        : opened((ReviewEvent.ReviewOpened) event);
  }

  ReviewState opened(ReviewEvent.ReviewOpened event) {
    List<Review> next = new ArrayList<>(open);
    next.add(new Review(event.reviewId(), event.picture(), event.meta(), null));
    return new ReviewState(next, decided);
  }

  /** Keeps at most {@code kept} decided ones. */
  ReviewState decided(ReviewEvent.ReviewDecided event, int kept) {
    Review review =
        find(event.reviewId())
            .filter(Review::isOpen)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "Journal decides review " + event.reviewId() + ", not open"));
    List<Review> next =
        new ArrayList<>(decided.subList(Math.max(0, decided.size() + 1 - kept), decided.size()));
    next.add(review.decided(event));
    return new ReviewState(open.stream().filter(other -> other != review).toList(), next);
  }

  private Stream<Review> all() {
    return Stream.concat(open.stream(), decided.stream());
  }
}
