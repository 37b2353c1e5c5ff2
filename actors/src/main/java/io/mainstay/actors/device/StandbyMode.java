package io.mainstay.actors.device;

import java.util.Locale;

/** What waits beside the serving worker of a device. */
public enum StandbyMode {
  /** Nothing: a dead worker is replaced by a new process that loads the models. */
  NONE,
  /** A process that has said hello; it loads the models when it is needed. */
  SPAWNED,
  /** A process with all models; takes over at once. Costs their memory twice. */
  LOADED;

  static StandbyMode of(String text) {
    for (StandbyMode mode : values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(text)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "mainstay.device standby is \"" + text + "\"; allowed are none, spawned and loaded");
  }
}
