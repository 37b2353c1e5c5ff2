package io.mainstay.actors.state.propagation;

import io.mainstay.protocol.state.StateEnvelope;
import java.time.Instant;
import java.util.List;

/**
 * A message that went through the desk, for those who watch.
 *
 * @param ordering grows by one with each record since the node's start, from 1
 * @param at when its propagation ended
 * @param source device of the worker, {@code runners} or {@code node}
 * @param outcome {@code applied}, or {@code refused} with the reason in {@code notes}
 * @param notes those who did not confirm, or why it was refused
 */
public record StateRecord(
    long ordering,
    Instant at,
    String source,
    Rank rank,
    String outcome,
    StateEnvelope told,
    List<String> notes) {
  public StateRecord {
    notes = List.copyOf(notes);
  }
}
