package io.mainstay.persistence.mode;

import io.mainstay.persistence.serialization.JournalEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A node's modes. Immutable. Written as a snapshot; names and fields only grow.
 *
 * @param modes of which anything is known, in the order in which that began
 */
public record ModeState(List<KeptMode> modes) implements JournalEvent {
  /** First part of the persistence id of each node's modes; fixed for ever. */
  public static final String TYPE = "Modes";

  public ModeState {
    modes = List.copyOf(modes);
  }

  /** Before the first event: full operation. */
  public static ModeState empty() {
    return new ModeState(List.of());
  }

  /** What is known of a mode. */
  public Optional<KeptMode> find(ModeName name) {
    return modes.stream().filter(mode -> mode.name().equals(name)).findFirst();
  }

  /** Those that hold. */
  public List<KeptMode> holding() {
    return modes.stream().filter(KeptMode::holds).toList();
  }

  /** Grounds of all modes together. */
  public int grounds() {
    return modes.stream().mapToInt(mode -> mode.grounds().size()).sum();
  }

  /** What the event makes of this. */
  public ModeState after(ModeEvent event) {
    KeptMode before = find(event.name()).orElse(KeptMode.nothing(event.name()));
    KeptMode now = before.after(event);
    List<KeptMode> next = new ArrayList<>();
    boolean replaced = false;
    for (KeptMode mode : modes) {
      boolean meant = mode.name().equals(event.name());
      replaced |= meant;
      KeptMode kept = meant ? now : mode;
      if (!kept.isNothing()) {
        next.add(kept);
      }
    }
    if (!replaced && !now.isNothing()) {
      next.add(now);
    }
    return new ModeState(next);
  }
}
