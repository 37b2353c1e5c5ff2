package io.mainstay.persistence.session;

import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A batch without a result. Immutable.
 *
 * @param attempts times it was sent, or what it was split from; handed on, it is the same attempt
 * @param deaths workers that died with it, or with what it was split from, since it made progress
 * @param unresolved times it was sent since the last known outcome
 * @param device where it is in flight, or null
 * @param epoch of the worker that has it, if in flight
 * @param last event that changed it: the cause of the next one
 * @param checkpoint where it can go on, or null
 * @param others earlier ones, or what the checkpoint took the place of; tried in this order
 * @param progressAtDeath the most steps it had done when a worker died with it
 */
record BatchWork(
    DocumentRange range,
    int attempts,
    int deaths,
    int unresolved,
    String device,
    long epoch,
    EventMeta last,
    SessionWork.Checkpoint checkpoint,
    List<SessionWork.Checkpoint> others,
    int progressAtDeath) {
  // Beyond it the earliest are forgotten: as many as kept-per-batch may have kept.
  private static final int OTHERS_MAX = 64;

  BatchWork {
    others = others == null ? List.of() : List.copyOf(others);
  }

  static BatchWork fresh(DocumentRange range, EventMeta cause) {
    return new BatchWork(range, 0, 0, 0, null, 0, cause, null, List.of(), 0);
  }

  boolean inFlightAt(String otherDevice, long otherEpoch) {
    return device != null && device.equals(otherDevice) && epoch == otherEpoch;
  }

  /**
   * Deaths once a worker dies with it now. Progress acquits: what got further than at any death
   * before did not die of the same thing again. The furthest counts, so that a batch can be
   * acquitted only as often as it has steps.
   *
   * @param progress steps done now
   */
  int deathsAt(int progress) {
    return progress > progressAtDeath ? 1 : deaths + 1;
  }

  /** Steps that are known to be done, whatever became of its workers. */
  int knownProgress() {
    return checkpoint == null ? progressAtDeath : Math.max(progressAtDeath, checkpoint.step());
  }

  /** True if a checkpoint at this step gets it further than the one that it has. */
  boolean isBeyondCheckpoint(int step) {
    return checkpoint == null ? step > 0 : step > checkpoint.step();
  }

  /** True if that is where it goes on now. */
  boolean goesOnFrom(int step, String sha256) {
    return checkpoint == null
        ? step == 0
        : checkpoint.equals(new SessionWork.Checkpoint(step, sha256));
  }

  /** True if it can go on there: a checkpoint of its, or its beginning. */
  boolean knows(int step, String sha256) {
    SessionWork.Checkpoint wanted = new SessionWork.Checkpoint(step, sha256);
    return step == 0 || wanted.equals(checkpoint) || others.contains(wanted);
  }

  BatchWork dispatched(SessionEvent.BatchDispatched event) {
    return new BatchWork(
        range,
        event.attempt(),
        deaths,
        event.attempt() > attempts ? unresolved + 1 : Math.max(1, unresolved),
        event.device(),
        event.epoch(),
        event.meta(),
        checkpoint,
        others,
        progressAtDeath);
  }

  /** A checkpoint is an outcome of all dispatches but the one that is still in flight. */
  BatchWork checkpointed(SessionEvent.BatchCheckpointed event) {
    return new BatchWork(
        range,
        attempts,
        deaths,
        Math.min(unresolved, 1),
        device,
        epoch,
        event.meta(),
        new SessionWork.Checkpoint(event.step(), event.sha256()),
        with(checkpoint, known -> known.step() < event.step()),
        progressAtDeath);
  }

  BatchWork interrupted(SessionEvent.BatchInterrupted event) {
    return new BatchWork(
        range,
        attempts,
        event.deaths(),
        0,
        null,
        0,
        event.meta(),
        checkpoint,
        others,
        Math.max(progressAtDeath, event.progress()));
  }

  /** It goes on from another checkpoint; what that takes the place of can be gone back to. */
  BatchWork restored(SessionEvent.CheckpointRestored event) {
    return new BatchWork(
        range,
        attempts,
        deaths,
        unresolved,
        device,
        epoch,
        event.meta(),
        event.step() == 0 ? null : new SessionWork.Checkpoint(event.step(), event.sha256()),
        with(
            checkpoint,
            known -> known.step() != event.step() && !event.lost().contains(known.step())),
        progressAtDeath);
  }

  private List<SessionWork.Checkpoint> with(
      SessionWork.Checkpoint former, Predicate<SessionWork.Checkpoint> fit) {
    return Stream.concat(Stream.ofNullable(former), others.stream())
        .filter(fit)
        .limit(OTHERS_MAX)
        .toList();
  }

  /** A part begins anew: what the whole had computed is not the part's. */
  BatchWork part(DocumentRange half, EventMeta cause) {
    return new BatchWork(half, attempts, deaths, 0, null, 0, cause, null, List.of(), 0);
  }

  SessionWork.Pending toPending() {
    return new SessionWork.Pending(range, attempts, deaths, checkpoint, others);
  }
}
