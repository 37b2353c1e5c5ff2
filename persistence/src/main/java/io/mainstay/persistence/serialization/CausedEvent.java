package io.mainstay.persistence.serialization;

/**
 * An event that can say why it happened. Every event of every entity is one; states and snapshots
 * are not.
 */
public interface CausedEvent extends JournalEvent {
  /** Who I am, what caused me, where it all began, and when. */
  EventMeta meta();
}
