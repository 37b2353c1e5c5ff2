package io.mainstay.actors.processing.checkpoint;

import io.mainstay.persistence.session.Session;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.Collection;
import java.util.List;
import java.util.function.IntPredicate;
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
   * @param others steps of others that may be there, of that life too
   */
  public static CheckpointMark beginning(long nowNanos, int named, Collection<Integer> others) {
    return new CheckpointMark(
        nowNanos,
        named,
        named,
        false,
        Stream.concat(others.stream(), named == 0 ? Stream.of() : Stream.of(named))
            .distinct()
            .sorted()
            .toList());
  }

  /** Earlier jobs of the same documents wrote these. */
  public CheckpointMark owning(Collection<Integer> steps) {
    return new CheckpointMark(
        atNanos,
        step,
        named,
        writing,
        Stream.concat(steps.stream(), owned.stream()).distinct().sorted().toList());
  }

  /** The batch begins there, or goes on. The journal takes none that is not beyond the named. */
  public CheckpointMark from(long nowNanos, int atStep) {
    return new CheckpointMark(nowNanos, Math.max(named, atStep), named, writing, owned);
  }

  /**
   * Steps whose checkpoints nobody goes on from: the journal names a later one.
   *
   * @param kept of the batch, the named one included
   * @param held steps whose checkpoints stay for now, beside those
   */
  public List<Integer> superseded(int kept, IntPredicate held) {
    List<Integer> earlier = owned.stream().filter(step -> step < named).sorted().toList();
    return earlier.subList(0, Math.max(0, earlier.size() - (kept - 1))).stream()
        .filter(step -> !held.test(step))
        .toList();
  }

  /**
   * The one of that step is being written, and others are let go.
   *
   * @param gone steps of those
   */
  public CheckpointMark begun(int atStep, List<Integer> gone) {
    List<Integer> left =
        Stream.concat(
                owned.stream().filter(earlier -> !gone.contains(earlier) && earlier != atStep),
                Stream.of(atStep))
            .toList();
    return new CheckpointMark(atNanos, step, named, true, left);
  }

  /** The batch goes on from an earlier one, or anew, and the journal says so. */
  public CheckpointMark back(long nowNanos, int atStep) {
    return new CheckpointMark(nowNanos, atStep, atStep, writing, owned);
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
