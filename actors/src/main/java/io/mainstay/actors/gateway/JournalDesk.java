package io.mainstay.actors.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mainstay.persistence.journal.Explanation;
import io.mainstay.persistence.journal.JournalEntry;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.journal.ReplayRefusedException;
import io.mainstay.persistence.journal.ReplayedState;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.serialization.EventMeta;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.zip.Deflater;

/** The journal of a running node, read in pages that fit a frame. */
final class JournalDesk implements Desk {
  /** Bytes of JSON in one page; the transport drops frames above 256 KiB. */
  private static final int PAGE_BYTES = 128 * 1024;

  private final Supplier<JournalReader> readers;
  private final GatewaySettings settings;
  private final Executor blocking;
  private final EntityFolds folds;
  private final KeptAnswers<String, Explanation> explanations;
  private final KeptAnswers<String, Replayed> states;

  /** A state whose parts are being fetched. */
  private record Replayed(ReplayedState head, byte[] deflated) {}

  /**
   * @param readers opens a reader for one request
   * @param folds of the entities whose states may be asked for
   * @param blocking where the disk is waited for
   */
  JournalDesk(
      Supplier<JournalReader> readers,
      GatewaySettings settings,
      EntityFolds folds,
      Executor blocking) {
    this.folds = folds;
    this.explanations = new KeptAnswers<>(settings.answersKept());
    this.states = new KeptAnswers<>(settings.answersKept());
    this.readers = readers;
    this.settings = settings;
    this.blocking = blocking;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.ReadJournal.class, this::read);
    desks.on(GatewayRequest.ListPersistenceIds.class, this::list);
    desks.on(GatewayRequest.Explain.class, this::explain);
    desks.on(GatewayRequest.Replay.class, this::replay);
  }

  private CompletionStage<GatewayReply> read(GatewayRequest.ReadJournal ask) {
    int limit = Math.max(1, Math.min(ask.limit(), settings.listMax()));
    return reading(
        reader -> {
          if (ask.persistenceId() == null || ask.persistenceId().isEmpty()) {
            return page(reader.tail(ask.afterOrdering(), limit + 1), ask.afterOrdering(), limit);
          }
          List<JournalEntry> entries =
              reader.entries(ask.persistenceId(), ask.afterOrdering(), limit + 1);
          if (entries.isEmpty() && ask.afterOrdering() <= 0) {
            throw unknown(ask.persistenceId());
          }
          return page(entries, ask.afterOrdering(), limit);
        });
  }

  private CompletionStage<GatewayReply> explain(GatewayRequest.Explain ask) {
    // Later pages are of what the first one began, whatever happened since.
    return ask.afterOrdering() > 0 && explanations.find(ask.id()).isPresent()
        ? Desks.now(page(ask, explanations.find(ask.id()).get()))
        : reading(
            reader ->
                page(
                    ask,
                    reader
                        .explain(ask.id(), settings.explainMax())
                        .orElseThrow(() -> unknown(ask.id()))));
  }

  private GatewayReply page(GatewayRequest.Explain ask, Explanation explanation) {
    var page = page(explanation.entries(), ask.afterOrdering(), settings.listMax());
    explanations.keep(ask.id(), explanation, page.more());
    return new GatewayReply.Journal(
        page.entries(), page.lastOrdering(), page.more(), explanation.truncated());
  }

  private CompletionStage<GatewayReply> replay(GatewayRequest.Replay ask) {
    return reading(
        reader -> {
          long last = reader.lastSequenceNr(ask.persistenceId());
          if (last == 0) {
            throw unknown(ask.persistenceId());
          }
          long to = ask.toSequenceNr() == 0 ? last : ask.toSequenceNr();
          // A state behind an event never changes, so parts of it may be of two computations.
          String key = to + " " + ask.persistenceId();
          Replayed replayed =
              states.find(key).orElseGet(() -> replayed(reader, ask.persistenceId(), to));
          int from = Math.max(0, Math.min(ask.offset(), replayed.deflated().length));
          int end = Math.min(replayed.deflated().length, from + PAGE_BYTES);
          boolean more = end < replayed.deflated().length;
          states.keep(key, replayed, more);
          ReplayedState head = replayed.head();
          return new GatewayReply.Replayed(
              head.persistenceId(),
              head.sequenceNr(),
              head.lastSequenceNr(),
              head.fromSnapshot(),
              head.snapshotsRefused(),
              head.manifest(),
              head.meta().eventId(),
              head.meta().at(),
              Arrays.copyOfRange(replayed.deflated(), from, end),
              more);
        });
  }

  private Replayed replayed(JournalReader reader, String persistenceId, long to) {
    try {
      ReplayedState state =
          reader.replay(persistenceId, to, folds).orElseThrow(() -> unknown(persistenceId));
      return new Replayed(
          state, deflated(state.state().toString().getBytes(StandardCharsets.UTF_8)));
    } catch (ReplayRefusedException refused) {
      throw Refusal.of("not_replayable", refused.getMessage(), refused.remedy());
    }
  }

  private static byte[] deflated(byte[] json) {
    Deflater deflater = new Deflater();
    try {
      deflater.setInput(json);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] part = new byte[8192];
      while (!deflater.finished()) {
        out.write(part, 0, deflater.deflate(part));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static Refusal unknown(String id) {
    return Refusal.of(
        "unknown_journal_id",
        "nothing in the journal has the id '" + id + "'",
        "see 'mainstay journal list' for persistence ids and 'mainstay sessions' for sessions");
  }

  private CompletionStage<GatewayReply> list(GatewayRequest.ListPersistenceIds ask) {
    return reading(
        reader -> {
          var found = reader.list(Math.max(0, ask.offset()), settings.listMax() + 1);
          return new GatewayReply.PersistenceIds(
              found.stream()
                  .limit(settings.listMax())
                  .map(
                      id ->
                          new GatewayReply.PersistenceIdView(
                              id.persistenceId(), id.events(), id.firstAt(), id.lastAt()))
                  .toList(),
              found.size() > settings.listMax());
        });
  }

  /** As many of the entries after that ordering as fit. */
  static GatewayReply.Journal page(List<JournalEntry> entries, long after, int limit) {
    List<GatewayReply.JournalLine> lines = new ArrayList<>();
    long last = after;
    int bytes = 0;
    for (JournalEntry entry : entries) {
      if (entry.ordering() <= after) {
        continue;
      }
      String json = fitting(entry);
      int size = sizeInside(json);
      if (lines.size() == limit || (!lines.isEmpty() && bytes + size > PAGE_BYTES)) {
        return new GatewayReply.Journal(lines, last, true, false);
      }
      lines.add(line(entry, json));
      bytes += size;
      last = entry.ordering();
    }
    return new GatewayReply.Journal(lines, last, false, false);
  }

  /** The event's JSON; a note in its place if it alone is above a page. */
  private static String fitting(JournalEntry entry) {
    String json = entry.json().toString();
    if (sizeInside(json) <= PAGE_BYTES) {
      return json;
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("leftOut", "the event is larger than the " + PAGE_BYTES + " bytes of a page")
        .put("bytes", json.getBytes(StandardCharsets.UTF_8).length)
        .put("remedy", "mainstay journal show --data DIR, on the node's host, reads it whole")
        .toString();
  }

  /** Bytes of a JSON text as a string inside another: quotes and backslashes count twice. */
  private static int sizeInside(String json) {
    int escapes = (int) json.chars().filter(c -> c == '"' || c == '\\').count();
    return json.getBytes(StandardCharsets.UTF_8).length + escapes;
  }

  private static GatewayReply.JournalLine line(JournalEntry entry, String json) {
    EventMeta meta = entry.meta();
    return new GatewayReply.JournalLine(
        entry.ordering(),
        entry.persistenceId(),
        entry.sequenceNr(),
        entry.type(),
        meta == null ? "" : meta.eventId(),
        meta == null ? "" : meta.causeId(),
        meta == null ? "" : meta.rootId(),
        meta == null ? entry.writtenAt() : meta.at(),
        json);
  }

  private CompletionStage<GatewayReply> reading(Function<JournalReader, GatewayReply> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (JournalReader reader = readers.get()) {
            return work.apply(reader);
          }
        },
        blocking);
  }
}
