package io.mainstay.runtime.journal;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.document.ReplayDocument;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.InflaterInputStream;

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
  public ReplayDocument replay(String persistenceId, long toSequenceNr) {
    GatewayReply.Replayed told = client.replay(persistenceId, toSequenceNr);
    return new ReplayDocument(
        told.persistenceId(),
        told.sequenceNr(),
        told.lastSequenceNr(),
        told.fromSnapshot(),
        told.snapshotsRefused(),
        told.manifest(),
        told.eventId(),
        told.at(),
        JsonPrinter.parse(inflated(told.deflated())));
  }

  private static String inflated(byte[] deflated) {
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException damaged) {
      throw new UncheckedIOException("The node's answer is damaged", damaged);
    }
  }

  @Override
  public void close() {
    if (owned) {
      client.close();
    }
  }
}
