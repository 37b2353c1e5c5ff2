package io.mainstay.runtime.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A condition that was brought about, and the fault that the node made of it.
 *
 * @param at when it was so
 * @param eventId of the fault; empty while there is none
 * @param since from when on it held, where that was later than it was brought about; null otherwise
 * @param failure why it could not be brought about or taken away again, or empty
 * @param tries how often it was brought about, from 1: what another condition undid comes again
 */
record Struck(
    StormPlan.Blow blow, Instant at, String eventId, Instant since, String failure, int tries) {
  /** One that holds. */
  static Struck at(StormPlan.Blow blow, Instant at) {
    return new Struck(blow, at, "", null, "", 1);
  }

  /** One that could not be brought about. */
  static Struck failed(StormPlan.Blow blow, Instant at, String why) {
    return new Struck(blow, at, "", null, why, 1);
  }

  /** The same, with what went wrong about it. */
  Struck failed(String why) {
    return new Struck(blow, at, eventId, since, why, tries);
  }

  /** The same, as one that was tried so many times before. */
  Struck after(int before) {
    return new Struck(blow, at, eventId, since, failure, tries + before);
  }

  /** The journal's times are whole milliseconds: what seems a little earlier may be later. */
  private static final Duration ROUNDING = Duration.ofMillis(2);

  boolean found() {
    return !eventId.isEmpty();
  }

  boolean isOf(FaultStory fault) {
    return fault.eventId().equals(eventId);
  }

  /**
   * The same with the first fault of its error, about its device where it is about one, that nobody
   * else's is; as it is if none is.
   */
  Struck matched(StoryBook book, Set<String> taken) {
    if (found() || !failure.isEmpty()) {
      return this;
    }
    return book.faults().stream()
        .filter(fault -> blow.condition().isSeenAs(fault.code()))
        .filter(fault -> !fault.raisedAt().isBefore(at.minus(ROUNDING)))
        .filter(fault -> !taken.contains(fault.eventId()))
        .filter(fault -> !isAboutAnother(fault.component()))
        .findFirst()
        .map(fault -> new Struck(blow, at, fault.eventId(), fired(book, fault), "", tries))
        .orElse(this);
  }

  private boolean isAboutAnother(String component) {
    List<String> parts = List.of(component.split("/"));
    return blow.condition().isOfItsDevice()
        && ChaosNode.DEVICES.stream().anyMatch(parts::contains)
        && !parts.contains(blow.device());
  }

  /** A batch that fires it may come later than it was armed. */
  private Instant fired(StoryBook book, FaultStory fault) {
    return blow.condition().firesWithBatch()
        ? book.firstBatch(blow.device(), at)
            .filter(batch -> !batch.isAfter(fault.raisedAt()))
            .orElse(null)
        : null;
  }

  /** The fault, if there is one. */
  Optional<FaultStory> story(List<FaultStory> faults) {
    return faults.stream().filter(fault -> fault.eventId().equals(eventId)).findFirst();
  }

  ChaosDocument.Fault document(List<FaultStory> faults) {
    return story(faults)
        .map(
            fault ->
                FaultFigures.of(
                    blow.number(),
                    blow.condition().wireName(),
                    blow.device(),
                    since == null ? at : since,
                    fault,
                    failure,
                    tries))
        .orElseGet(
            () ->
                FaultFigures.notFound(
                    blow.number(),
                    blow.condition().wireName(),
                    blow.device(),
                    blow.condition().code(),
                    failure,
                    tries));
  }
}
