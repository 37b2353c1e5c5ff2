package io.mainstay.runtime.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import io.mainstay.runtime.cli.JsonPrinter;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Tells people what is done to a node and what it does about it, as it happens. */
public final class ChaosNarrator {
  private static final int EVIDENCE_CHARACTERS = 140;

  private final PrintStream out;
  private final Instant beginning = Instant.now();

  public ChaosNarrator(PrintStream out) {
    this.out = out;
  }

  /** A condition is brought about. */
  void strikes(StormPlan.Blow blow) {
    say(Instant.now(), "condition", blow.condition().wireName() + ", " + blow.device());
  }

  /** It could not be. */
  void failed(StormPlan.Blow blow, String why) {
    say(Instant.now(), "condition", blow.condition().wireName() + " did not come about: " + why);
  }

  /** Something else worth a line. */
  void says(String what, String text) {
    say(Instant.now(), what, text);
  }

  /** A line of the journal. */
  void told(JournalLine line) {
    JsonNode event = JsonPrinter.parse(line.json());
    switch (line.type()) {
      case "FaultRaised" ->
          say(
              line.at(),
              "fault",
              text(event, "code")
                  + " ("
                  + text(event, "severity")
                  + ", by the "
                  + text(event, "blame")
                  + "): "
                  + shorten(text(event, "evidence")));
      case "DirectiveChosen" ->
          say(line.at(), "directive", text(event, "directive") + " for " + text(event, "child"));
      case "EscalationDecided" ->
          say(
              line.at(),
              "escalated",
              "level "
                  + event.path("level").asInt()
                  + ", strategy "
                  + text(event, "strategy")
                  + (text(event, "cascade").isEmpty() ? "" : ", cascade " + text(event, "cascade"))
                  + ", gate "
                  + text(event, "manualGate"));
      case "RecoveryNotBegun" ->
          say(
              line.at(),
              "not begun",
              (text(event, "recovery").isEmpty() ? "nothing" : text(event, "recovery"))
                  + " for "
                  + text(event, "component")
                  + ": "
                  + text(event, "why")
                  + (text(event, "recoveryId").isEmpty()
                      ? ""
                      : ", instead " + text(event, "recoveryId")));
      case "RecoveryBegun" ->
          say(
              line.at(),
              "recovery",
              event.path("plan").path("name").asText()
                  + " begins, for "
                  + event.path("plan").path("subject").asText());
      case "RecoveryStepDone" ->
          say(
              line.at(),
              "step",
              event.path("step").asInt() + " done: " + shorten(text(event, "evidence")));
      case "RecoveryStepFailed" ->
          say(
              line.at(),
              "step",
              event.path("step").asInt()
                  + " failed: "
                  + text(event, "code")
                  + ": "
                  + shorten(text(event, "message")));
      case "RecoveryEnded" ->
          say(line.at(), "recovery", text(event, "end").toLowerCase(Locale.ROOT));
      case "ModeEntered", "ModeLeft" ->
          say(
              line.at(),
              "mode",
              event.path("name").path("mode").asText()
                  + (line.type().equals("ModeEntered") ? " entered: " : " left: ")
                  + text(event, "reason"));
      default -> {
        // The book keeps what is of no interest while it happens.
      }
    }
  }

  private static String text(JsonNode event, String field) {
    return event.path(field).asText();
  }

  private static String shorten(String text) {
    return text.length() <= EVIDENCE_CHARACTERS
        ? text
        : text.substring(0, EVIDENCE_CHARACTERS) + "...";
  }

  private void say(Instant at, String what, String text) {
    out.printf(
        Locale.ROOT,
        "%+9.3f s  %-9s  %s%n",
        Duration.between(beginning, at).toMillis() / 1000.0,
        what,
        text);
    out.flush();
  }
}
