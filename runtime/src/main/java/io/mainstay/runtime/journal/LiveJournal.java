package io.mainstay.runtime.journal;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import java.util.List;

/** The journal of a node that runs, asked through its gateway. */
public final class LiveJournal implements JournalSource {
  private final MainstayClient client;
  private final boolean owned;

  private LiveJournal(MainstayClient client, boolean owned) {
    this.client = client;
    this.owned = owned;
  }

  /** Closes the client when it is closed. */
  public static LiveJournal owning(MainstayClient client) {
    return new LiveJournal(client, true);
  }

  /** Leaves the client open. */
  public static LiveJournal borrowed(MainstayClient client) {
    return new LiveJournal(client, false);
  }

  @Override
  public List<GatewayReply.PersistenceIdView> persistenceIds() {
    return client.persistenceIds();
  }

  @Override
  public GatewayReply.Journal page(String persistenceId, long afterOrdering, int limit) {
    return client.journal(persistenceId, afterOrdering, limit);
  }

  @Override
  public GatewayReply.Journal explain(String id) {
    return client.explanation(id);
  }

  @Override
  public void close() {
    if (owned) {
      client.close();
    }
  }
}
