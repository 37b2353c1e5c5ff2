package io.mainstay.actors.state.cache;

import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefusal;
import java.util.Optional;

/**
 * How far one sender has been heard. Pure and immutable. Whatever is not of the incarnation that is
 * heard now, or not above every sequence number taken so far, is late, a duplicate or a replay.
 *
 * @param epoch incarnation that is heard
 * @param sequence highest that was taken; 0 for none
 * @param missed sequence numbers that never came
 */
public record SenderMark(long epoch, long sequence, long missed) {
  /** A sender of whom nothing was heard yet. */
  public static SenderMark of(long epoch) {
    return new SenderMark(epoch, 0, 0);
  }

  /** Why that envelope must not be taken; empty if it may. */
  public Optional<StateRefusal> refuses(StateEnvelope told) {
    if (told.epoch() != epoch) {
      return Optional.of(StateRefusal.WRONG_EPOCH);
    }
    return told.sequence() <= sequence
        ? Optional.of(StateRefusal.STALE_SEQUENCE)
        : Optional.empty();
  }

  /** After that envelope was taken. */
  public SenderMark taken(StateEnvelope told) {
    return new SenderMark(epoch, told.sequence(), missed + told.sequence() - sequence - 1);
  }
}
