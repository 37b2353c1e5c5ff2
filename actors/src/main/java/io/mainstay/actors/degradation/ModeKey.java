package io.mainstay.actors.degradation;

import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import java.util.Optional;

/**
 * One thing that can be active by itself: a mode, or a named part of it, about one subject.
 *
 * @param part of the mode, which restricts more than the mode alone
 * @param subject device or model that is isolated; empty for the whole node
 */
public record ModeKey(DegradationMode mode, Optional<DegradationSubState> part, String subject) {
  public ModeKey {
    if (part.isPresent() && !part.get().parents().contains(mode)) {
      throw new IllegalArgumentException(
          part.get().code()
              + " is no part of "
              + mode.code()
              + "; it is one of "
              + part.get().parents().stream().map(CatalogName::code).sorted().toList());
    }
  }

  /** The mode of the whole node. */
  public static ModeKey of(DegradationMode mode) {
    return new ModeKey(mode, Optional.empty(), "");
  }

  /** The mode about a device or a model. */
  public static ModeKey of(DegradationMode mode, String subject) {
    return new ModeKey(mode, Optional.empty(), subject);
  }

  /** A named part of a mode. */
  public static ModeKey of(DegradationMode mode, DegradationSubState part, String subject) {
    return new ModeKey(mode, Optional.of(part), subject);
  }

  /** Name of the mode or, if it is a part of one, of that. */
  public String code() {
    return part.map(CatalogName::code).orElse(mode.code());
  }

  /** As people read it, such as {@code device_isolation (cpu-0)}. */
  public String text() {
    return subject.isEmpty() ? code() : code() + " (" + subject + ")";
  }
}
