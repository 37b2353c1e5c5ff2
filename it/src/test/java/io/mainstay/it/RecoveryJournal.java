package io.mainstay.it;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the journal says of the recoveries that followed from an escalation. */
final class RecoveryJournal {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofSeconds(120);

  /**
   * One recovery that has ended.
   *
   * @param name of the cascade or strategy
   * @param end recovered, partly_recovered, rolled_back or stuck, as journaled
   * @param millis from its beginning to its end
   * @param steps actions in the order in which they were done
   */
  record Ended(String id, String name, String end, long millis, List<String> steps) {}

  private final MainstayClient client;

  RecoveryJournal(MainstayClient client) {
    this.client = client;
  }

  /** Waits until the recovery of that name that the event caused is over. */
  Ended awaitEnded(String name, String causeEventId) {
    return await(name + " is over")
        .atMost(BOUND)
        .until(() -> ended(name, causeEventId), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<Ended> ended(String name, String causeEventId) throws IOException {
    for (var summary : client.persistenceIds()) {
      if (summary.persistenceId().startsWith("Recovery|")) {
        List<GatewayReply.JournalLine> lines =
            client.journal(summary.persistenceId(), 0, client.journalPage()).entries();
        if (!lines.isEmpty() && lines.get(0).causeId().equals(causeEventId)) {
          Optional<Ended> ended = read(summary.persistenceId(), lines);
          if (ended.isPresent() && ended.get().name().equals(name)) {
            return ended;
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Ended> read(String id, List<GatewayReply.JournalLine> lines)
      throws IOException {
    JsonNode plan = JSON.readTree(lines.get(0).json()).get("plan");
    List<String> steps = new ArrayList<>();
    for (GatewayReply.JournalLine line : lines) {
      JsonNode event = JSON.readTree(line.json());
      if (line.type().equals("RecoveryStepDone")) {
        steps.add(plan.get("steps").get(event.get("step").asInt() - 1).get("action").asText());
      } else if (line.type().equals("RecoveryEnded")) {
        long millis = Duration.between(lines.get(0).at(), line.at()).toMillis();
        return Optional.of(
            new Ended(id, plan.get("name").asText(), event.get("end").asText(), millis, steps));
      }
    }
    return Optional.empty();
  }
}
