package io.mainstay.actors.notification;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Where a notification goes, and how.
 *
 * @param channels in no order
 * @param presentation in the user interface
 * @param acknowledged whether a person must acknowledge it
 * @param journaled false for what only those see who watch at the moment
 */
public record Route(
    Set<Channel> channels, Presentation presentation, boolean acknowledged, boolean journaled) {
  public Route {
    channels = Set.copyOf(channels);
  }

  /** The same without the user interface; of what only that shows nothing is left. */
  Route withoutUsers() {
    Set<Channel> others = new HashSet<>(channels);
    others.remove(Channel.USER_INTERFACE);
    return new Route(others, presentation, acknowledged, journaled);
  }

  /** The seeds' three types of the user interface. */
  public enum Presentation {
    STATUS_INDICATOR,
    POPUP_MESSAGE,
    PROGRESS_UPDATE;

    /** Its name in the journal; fixed for ever. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
