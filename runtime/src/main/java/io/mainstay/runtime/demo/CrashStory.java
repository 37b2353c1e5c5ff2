package io.mainstay.runtime.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import io.mainstay.runtime.cli.JsonPrinter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How a crash was noticed and recovered, from the journal alone, against the time of the kill.
 *
 * @param noticedBy what told the host first
 * @param cause as the host concluded it
 * @param deathEventId event of the death, to explain from
 * @param detectionMillis from the signal to the host's notice, at most 1 ms too much
 * @param recoveryMillis from the signal to a successor that serves with the model loaded, at most 1
 *     ms too much
 * @param interrupted batches that were in flight on the worker
 */
record CrashStory(
    String noticedBy,
    String cause,
    String deathEventId,
    double detectionMillis,
    double recoveryMillis,
    int interrupted) {
  private static final double NANOS_IN_MILLI = 1e6;
  private static final String DIED = "WorkerDied";
  private static final String RECOVERED = "WorkerRecovered";
  private static final String INTERRUPTED = "BatchInterrupted";

  /**
   * Reads the story.
   *
   * @param device the history of the killed worker's device, in order
   * @param session the history of the session, in order
   * @return empty while the journal does not have its end yet
   */
  static Optional<CrashStory> of(
      WorkerKill kill, List<JournalLine> device, List<JournalLine> session) {
    Optional<JournalLine> death =
        first(device, DIED, event -> event.path("pid").asLong() == kill.pid());
    Optional<JournalLine> recovery =
        death.flatMap(
            line ->
                first(
                    device.stream().dropWhile(earlier -> earlier != line).toList(),
                    RECOVERED,
                    event -> event.path("epoch").asLong() != kill.epoch()));
    if (death.isEmpty() || recovery.isEmpty()) {
      return Optional.empty();
    }
    JsonNode died = event(death.get());
    int interrupted =
        (int)
            session.stream()
                .filter(line -> line.type().contains(INTERRUPTED))
                .filter(line -> event(line).path("epoch").asLong() == kill.epoch())
                .filter(line -> event(line).path("device").asText().equals(kill.deviceId()))
                .count();
    return Optional.of(
        new CrashStory(
            died.path("noticedBy").asText(),
            died.path("cause").asText(),
            death.get().eventId(),
            millis(kill.at(), noticedAt(death.get(), recovery.get())),
            millis(kill.at(), recovery.get().at()),
            interrupted));
  }

  /**
   * The death's own time is that of its event, which a busy node writes a little after the notice;
   * the recovery's event knows how long before it the death was noticed.
   */
  private static Instant noticedAt(JournalLine death, JournalLine recovery) {
    Instant noticed = recovery.at().minusMillis(event(recovery).path("recoveryMillis").asLong());
    return noticed.isBefore(death.at()) ? noticed : death.at();
  }

  private static Optional<JournalLine> first(
      List<JournalLine> lines, String type, Predicate<JsonNode> matches) {
    return lines.stream()
        .filter(line -> line.type().contains(type) && matches.test(event(line)))
        .findFirst();
  }

  private static JsonNode event(JournalLine line) {
    return JsonPrinter.parse(line.json());
  }

  /** The journal has whole milliseconds: up to the end of that one, so never too little. */
  private static double millis(Instant from, Instant journaled) {
    return Duration.between(from, journaled.plusMillis(1)).toNanos() / NANOS_IN_MILLI;
  }
}
