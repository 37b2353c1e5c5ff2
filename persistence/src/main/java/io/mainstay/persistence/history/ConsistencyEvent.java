package io.mainstay.persistence.history;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/** Where the parts of a node disagreed, and what was done. Names and fields only grow. */
public sealed interface ConsistencyEvent extends CausedEvent {
  /**
   * Two parts disagreed; for the monitor, in two samples.
   *
   * @param check that found it, such as {@code model_cache_vram_consistency}
   * @param kind of divergence, such as {@code reservation_without_model}
   * @param field that they disagree about
   * @param owner who is right about it
   * @param place device or model; empty where the subject says it all
   * @param subject what it is about
   * @param ownerValue what the owner says
   * @param otherValue what the other part says
   * @param source who compared them, such as {@link #MONITOR}; rows of before it was said are the
   *     monitor's
   * @param dependents who was told of it because they use the subject, for people
   */
  record DivergenceFound(
      EventMeta meta,
      String check,
      String kind,
      String field,
      String owner,
      String place,
      String subject,
      String ownerValue,
      String otherValue,
      String source,
      List<String> dependents)
      implements ConsistencyEvent {
    /** The consistency monitor, by two of its looks. */
    public static final String MONITOR = "consistency_monitor";

    /** The comparison with a checkpoint after an outage. */
    public static final String CHECKPOINT_COMPARISON = "checkpoint_comparison";

    public DivergenceFound {
      source = source == null ? MONITOR : source;
      dependents = dependents == null ? List.of() : List.copyOf(dependents);
    }
  }

  /**
   * A sample after it showed that they agree again.
   *
   * @param action of the repair, or {@code none} if it went away by itself
   * @param openMillis since it was found
   */
  record DivergenceRepaired(
      EventMeta meta, String kind, String place, String subject, String action, long openMillis)
      implements ConsistencyEvent {}

  /**
   * A score fell below the limit.
   *
   * @param overallScore 0 to 1
   * @param repairs such as {@code synchronize_state_caches}
   * @param divergences that there are
   */
  record RepairStarted(EventMeta meta, double overallScore, List<String> repairs, int divergences)
      implements ConsistencyEvent {
    public RepairStarted {
      repairs = List.copyOf(repairs);
    }
  }

  /**
   * The scores are above the limit again, or the time for it is over.
   *
   * @param divergencesLeft that nobody could repair
   */
  record RepairEnded(
      EventMeta meta, boolean success, double overallScore, long tookMillis, int divergencesLeft)
      implements ConsistencyEvent {}
}
