package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayReply.BatchProgress;
import io.mainstay.client.MainstayClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The batches of one session as its node and its journal tell them, look by look. Fails when a
 * batch has fewer steps done than at an earlier look: a worker's death may cost the step in flight
 * and no other.
 */
final class BatchWatch {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A batch with a step in flight.
   *
   * @param from its first picture
   * @param done steps done
   * @param diedAt steps done when a worker last died with it; -1 if none did
   */
  record InFlight(int from, int done, String device, long epoch, int diedAt) {
    /** It got further since, so what it died of is not in it. */
    boolean acquitted() {
      return done > diedAt;
    }
  }

  /** A worker died with a batch. */
  record Interruption(int from, long epoch, int progress) {}

  private final String session;
  private final Map<Integer, Integer> furthest = new HashMap<>();

  BatchWatch(String session) {
    this.session = session;
  }

  /** The node died: its batches go on from their last checkpoints. */
  void nodeDied() {
    furthest.clear();
  }

  /** What is in flight now. */
  List<InFlight> look(MainstayClient client) throws IOException {
    // Progress first: what is dispatched after it has at least as many steps.
    List<BatchProgress> progress = client.progress(session);
    Map<Integer, InFlight> dispatched = dispatched(client);
    List<InFlight> found = new ArrayList<>();
    for (BatchProgress batch : progress) {
      int before = furthest.getOrDefault(batch.from(), 0);
      assertTrue(
          batch.done() >= before,
          () -> "batch " + batch + " had " + before + " steps done before: more than one was lost");
      furthest.put(batch.from(), batch.done());
      InFlight there = dispatched.get(batch.from());
      if (there != null) {
        found.add(
            new InFlight(
                batch.from(), batch.done(), there.device(), there.epoch(), there.diedAt()));
      }
    }
    return found;
  }

  /** Every death with a batch that the journal has. */
  List<Interruption> interruptions(MainstayClient client) throws IOException {
    List<Interruption> found = new ArrayList<>();
    for (GatewayReply.JournalLine line : history(client)) {
      if (line.type().equals("BatchInterrupted")) {
        JsonNode event = JSON.readTree(line.json());
        found.add(
            new Interruption(
                event.at("/range/from").asInt(),
                event.path("epoch").asLong(),
                event.path("progress").asInt()));
      }
    }
    return found;
  }

  private Map<Integer, InFlight> dispatched(MainstayClient client) throws IOException {
    Map<Integer, InFlight> open = new HashMap<>();
    Map<Integer, Integer> diedAt = new HashMap<>();
    for (GatewayReply.JournalLine line : history(client)) {
      JsonNode event = JSON.readTree(line.json());
      if (!event.has("range")) {
        continue;
      }
      int from = event.at("/range/from").asInt();
      switch (line.type()) {
        case "BatchDispatched" ->
            open.put(
                from,
                new InFlight(
                    from,
                    0,
                    event.path("device").asText(),
                    event.path("epoch").asLong(),
                    diedAt.getOrDefault(from, -1)));
        case "BatchInterrupted" -> {
          diedAt.put(from, event.path("progress").asInt());
          open.remove(from);
        }
        case "BatchCompleted" -> open.remove(from);
        default -> {
          // A checkpoint changes nothing of where it is.
        }
      }
    }
    return open;
  }

  private List<GatewayReply.JournalLine> history(MainstayClient client) {
    List<GatewayReply.JournalLine> lines = new ArrayList<>();
    GatewayReply.Journal page;
    long after = 0;
    do {
      page = client.journal("Session|" + session, after, client.journalPage());
      lines.addAll(page.entries());
      after = page.lastOrdering();
    } while (page.more());
    return lines;
  }
}
