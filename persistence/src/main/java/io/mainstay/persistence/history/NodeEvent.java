package io.mainstay.persistence.history;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;

/** Life of a node. Names and fields only grow. */
public sealed interface NodeEvent extends CausedEvent {
  /** The node's process began; the first event of each life. */
  record NodeStarted(EventMeta meta, String version, long pid) implements NodeEvent {}

  /** It ended in an orderly way; a start without this before it follows a crash. */
  record NodeStopped(EventMeta meta, String reason) implements NodeEvent {}

  /** New work is refused. */
  record IntakePaused(EventMeta meta, String reason) implements NodeEvent {}

  /** New work is taken again. */
  record IntakeResumed(EventMeta meta, long pausedMillis) implements NodeEvent {}
}
