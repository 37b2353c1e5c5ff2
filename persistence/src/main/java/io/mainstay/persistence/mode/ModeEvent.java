package io.mainstay.persistence.mode;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/** What happened to a node's modes. Names and fields only grow. */
public sealed interface ModeEvent extends CausedEvent {
  /** Which mode, part and subject. */
  ModeName name();

  /**
   * There is a ground to be in the mode. {@code causeId} leads to the fault, step or sample.
   *
   * @param trigger stable name of the condition
   * @param source who says so
   */
  record GroundTaken(EventMeta meta, ModeName name, String trigger, String source, String reason)
      implements ModeEvent {}

  /** That source's ground is gone. */
  record GroundDropped(EventMeta meta, ModeName name, String source, String reason)
      implements ModeEvent {}

  /**
   * From here on it holds.
   *
   * @param demands what it restricts, one phrase each
   */
  record ModeEntered(EventMeta meta, ModeName name, String reason, List<String> demands)
      implements ModeEvent {
    public ModeEntered {
      demands = List.copyOf(demands);
    }
  }

  /** From here on it does not. */
  record ModeLeft(EventMeta meta, ModeName name, String reason, long heldMillis)
      implements ModeEvent {}

  /**
   * A person decided, whatever the grounds are.
   *
   * @param on true to be in the mode, false to stay out of it
   */
  record OverrideSet(EventMeta meta, ModeName name, boolean on, String by, String reason)
      implements ModeEvent {}

  /** A person took it back, or acknowledged a mode that needs that to be left. */
  record OverrideCleared(EventMeta meta, ModeName name, String by, String reason)
      implements ModeEvent {}
}
