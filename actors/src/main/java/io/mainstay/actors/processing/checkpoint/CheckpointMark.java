package io.mainstay.actors.processing.checkpoint;

import io.mainstay.persistence.session.Session;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.List;
import java.util.stream.Stream;

/**
 * The last checkpoint of a batch, or its beginning. Each step's checkpoint has an owner of its own
 * in the blob store, so that letting go of an earlier one can never touch the one that the journal
 * names.
 *
 * @param atNanos when
 * @param step steps done
 * @param named steps done of the checkpoint that the journal names; 0 if it names none
 * @param writing the next one is on its way
 * @param owned steps whose owners may hold blobs, in the order of writing
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "workflows",
    fields = "persistence",
    held = Session.class)
public record CheckpointMark(
    long atNanos, int step, int named, boolean writing, List<Integer> owned) {
  public CheckpointMark {
    owned = List.copyOf(owned);
  }

  /**
   * Before the first one of this runner.
   *
   * @param named as above: of an earlier life of the node
   */
  public static CheckpointMark beginning(long nowNanos, int named) {
    return new CheckpointMark(
        nowNanos, named, named, false, named == 0 ? List.of() : List.of(named));
  }

  /** The batch begins there, or goes on. The journal takes none that is not beyond the named. */
  public CheckpointMark from(long nowNanos, int atStep) {
    return new CheckpointMark(nowNanos, Math.max(named, atStep), named, writing, owned);
  }

  /** Steps whose checkpoints nobody goes on from: the journal names a later one. */
  public List<Integer> superseded() {
    return owned.stream().filter(earlier -> earlier < named).toList();
  }

  /** The one of that step is being written, and those that are superseded are let go. */
  public CheckpointMark begun(int atStep) {
    List<Integer> left =
        Stream.concat(
                owned.stream().filter(earlier -> earlier >= named && earlier != atStep),
                Stream.of(atStep))
            .toList();
    return new CheckpointMark(atNanos, step, named, true, left);
  }

  /** It is named by the journal. */
  public CheckpointMark done(long nowNanos, int atStep) {
    return new CheckpointMark(nowNanos, atStep, atStep, false, owned);
  }

  /** It could not be written, or there was nothing to write. */
  public CheckpointMark skipped(long nowNanos, int atStep) {
    return new CheckpointMark(nowNanos, atStep, named, false, owned);
  }
}
