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
 * batch has fewer steps done than at an earlier look, or after the death of the node than in its
 * checkpoint: a worker's death may cost the step in flight and no other.
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
  private final Map<Integer, InFlight> open = new HashMap<>();
  private final Map<Integer, Integer> diedAt = new HashMap<>();
  private final List<Interruption> interruptions = new ArrayList<>();
  private final Map<Integer, Integer> checkpoints = new HashMap<>();
  private final Map<Integer, Integer> attempts = new HashMap<>();
  private long readTo;

  BatchWatch(String session) {
    this.session = session;
  }

  /**
   * The node died: its batches go on from their last checkpoints, and none may be seen behind its
   * own. Call it when the next life serves.
   *
   * @return how many batches the journal has a checkpoint of
   */
  int nodeDied(MainstayClient client) throws IOException {
    read(client);
    furthest.clear();
    furthest.putAll(checkpoints);
    return checkpoints.size();
  }

  /** What is in flight now. */
  List<InFlight> look(MainstayClient client) throws IOException {
    // Progress first: what is dispatched after it has at least as many steps.
    List<BatchProgress> progress = client.progress(session);
    read(client);
    List<InFlight> found = new ArrayList<>();
    for (BatchProgress batch : progress) {
      int before = furthest.getOrDefault(batch.from(), 0);
      assertTrue(
          batch.done() >= before,
          () -> "batch " + batch + " had " + before + " steps done before, or in its checkpoint");
      furthest.put(batch.from(), batch.done());
      InFlight there = open.get(batch.from());
      if (there != null) {
        found.add(
            new InFlight(
                batch.from(), batch.done(), there.device(), there.epoch(), there.diedAt()));
      }
    }
    return found;
  }

  /** Whether the journal had a checkpoint of the batch at the last look. */
  boolean hasCheckpoint(int from) {
    return checkpoints.containsKey(from);
  }

  /** Every death with a batch that the journal has. */
  List<Interruption> interruptions(MainstayClient client) throws IOException {
    read(client);
    return List.copyOf(interruptions);
  }

  /** The number of the last attempt at each batch, by its first picture. */
  Map<Integer, Integer> attempts(MainstayClient client) throws IOException {
    read(client);
    return Map.copyOf(attempts);
  }

  /** What the journal has of the session since the last look. */
  private void read(MainstayClient client) throws IOException {
    GatewayReply.Journal page;
    do {
      page = client.journal("Session|" + session, readTo, client.journalPage());
      for (GatewayReply.JournalLine line : page.entries()) {
        JsonNode event = JSON.readTree(line.json());
        if (event.has("range")) {
          take(line.type(), event.at("/range/from").asInt(), event);
        }
      }
      readTo = page.lastOrdering();
    } while (page.more());
  }

  private void take(String type, int from, JsonNode event) {
    String device = event.path("device").asText();
    long epoch = event.path("epoch").asLong();
    switch (type) {
      case "BatchDispatched" -> {
        open.put(from, new InFlight(from, 0, device, epoch, diedAt.getOrDefault(from, -1)));
        attempts.put(from, event.path("attempt").asInt());
      }
      case "BatchInterrupted" -> {
        int progress = event.path("progress").asInt();
        interruptions.add(new Interruption(from, epoch, progress));
        diedAt.put(from, progress);
        open.remove(from);
      }
      case "BatchCheckpointed" -> checkpoints.put(from, event.path("step").asInt());
      case "BatchCompleted" -> {
        open.remove(from);
        checkpoints.remove(from);
      }
      default -> {
        // Nothing else changes where it is.
      }
    }
  }
}
