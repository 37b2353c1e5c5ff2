package io.mainstay.runtime.journal;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.runtime.cli.document.ReplayDocument;
import java.util.List;

/** Where journal entries come from. Not thread-safe. */
public interface JournalSource extends AutoCloseable {
  /** All persistence ids with their event counts. */
  List<GatewayReply.PersistenceIdView> persistenceIds();

  /**
   * One page in the journal's order.
   *
   * @param persistenceId or empty for all
   * @param afterOrdering 0 to begin
   * @param limit the page may be shorter; it is empty only at the end
   */
  GatewayReply.Journal page(String persistenceId, long afterOrdering, int limit);

  /**
   * The causal chain of an event, a session or a persistence id, in order and whole up to {@code
   * mainstay.gateway.explain-max}, beyond which it is truncated.
   */
  GatewayReply.Journal explain(String id);

  /**
   * An entity's state after one of its events.
   *
   * @param toSequenceNr of that event; 0 for the last
   */
  ReplayDocument replay(String persistenceId, long toSequenceNr);

  @Override
  void close();
}
