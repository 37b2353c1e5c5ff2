package io.mainstay.runtime.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import io.mainstay.runtime.cli.JsonPrinter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads a journal line by line, in its order, and keeps what it says of faults, recoveries and
 * modes. Confined to one thread.
 */
final class StoryBook {
  private final Map<String, Instant> dispatched = new HashMap<>();
  private final Map<String, FaultStory> faults = new LinkedHashMap<>();
  private final Map<String, String> escalations = new HashMap<>();
  private final Map<String, RecoveryStory> recoveries = new LinkedHashMap<>();
  private final Map<String, List<String>> actions = new HashMap<>();

  /** First event of the chain of each fault and recovery, by the ids that they have here. */
  private final Map<String, String> roots = new HashMap<>();

  private final List<String> modes = new ArrayList<>();

  /** Takes the next line; answers whether it is one that the book is about. */
  boolean read(JournalLine line) {
    JsonNode event = JsonPrinter.parse(line.json());
    switch (line.type()) {
      case "BatchDispatched" -> {
        dispatched.put(event.path("device").asText(), line.at());
        return false;
      }
      case "FaultRaised" -> raised(line, event);
      case "DirectiveChosen" -> directed(line, event);
      case "EscalationDecided" -> escalated(line, event);
      case "RecoveryBegun" -> begun(line, event.path("plan"));
      case "RecoveryStepDone" -> stepped(line, event, true, event.path("evidence").asText());
      case "RecoveryStepFailed" ->
          stepped(
              line,
              event,
              false,
              event.path("code").asText() + ": " + event.path("message").asText());
      case "RecoveryEnded" -> ended(line, event);
      case "ModeEntered" -> modes.add(event.path("name").path("mode").asText());
      case "ModeLeft" -> {
        return true;
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void raised(JournalLine line, JsonNode event) {
    roots.put(line.eventId(), line.rootId());
    faults.put(
        line.eventId(),
        new FaultStory(
            line.eventId(),
            event.path("code").asText(),
            event.path("severity").asText(),
            event.path("blame").asText(),
            event.path("evidence").asText(),
            line.at(),
            dispatched,
            "",
            "",
            null,
            0,
            "",
            "",
            List.of()));
  }

  private void directed(JournalLine line, JsonNode event) {
    faults.computeIfPresent(
        line.causeId(),
        (id, was) ->
            new FaultStory(
                id,
                was.code(),
                was.severity(),
                was.blame(),
                was.evidence(),
                was.raisedAt(),
                was.dispatchedBefore(),
                event.path("directive").asText(),
                event.path("child").asText(),
                was.escalatedAt(),
                was.level(),
                was.strategy(),
                was.cascade(),
                List.of()));
  }

  private void escalated(JournalLine line, JsonNode event) {
    escalations.put(line.eventId(), line.causeId());
    faults.computeIfPresent(
        line.causeId(),
        (id, was) ->
            new FaultStory(
                id,
                was.code(),
                event.path("severity").asText(),
                was.blame(),
                was.evidence(),
                was.raisedAt(),
                was.dispatchedBefore(),
                was.directive(),
                event.path("component").asText(),
                line.at(),
                event.path("level").asInt(),
                event.path("strategy").asText(),
                event.path("cascade").asText(),
                List.of()));
  }

  private void begun(JournalLine line, JsonNode plan) {
    List<String> steps = new ArrayList<>();
    plan.path("steps").forEach(step -> steps.add(step.path("action").asText()));
    actions.put(line.persistenceId(), steps);
    roots.put(recoveryId(line), line.rootId());
    recoveries.put(
        line.persistenceId(),
        new RecoveryStory(
            recoveryId(line),
            plan.path("kind").asText().toLowerCase(Locale.ROOT),
            plan.path("name").asText(),
            plan.path("subject").asText(),
            line.causeId(),
            plan.path("limitMillis").asLong(),
            line.at(),
            null,
            "",
            List.of()));
  }

  private static String recoveryId(JournalLine line) {
    return line.persistenceId().substring(line.persistenceId().indexOf('|') + 1);
  }

  private void stepped(JournalLine line, JsonNode event, boolean done, String evidence) {
    recoveries.computeIfPresent(
        line.persistenceId(),
        (id, was) -> {
          List<RecoveryStory.Step> steps = new ArrayList<>(was.steps());
          int number = event.path("step").asInt();
          steps.add(
              new RecoveryStory.Step(
                  actions.get(id).get(number - 1),
                  done,
                  evidence,
                  event.path("sharedWith").asText()));
          return with(was, null, "", steps);
        });
  }

  private void ended(JournalLine line, JsonNode event) {
    recoveries.computeIfPresent(
        line.persistenceId(),
        (id, was) ->
            with(was, line.at(), event.path("end").asText().toLowerCase(Locale.ROOT), was.steps()));
  }

  private static RecoveryStory with(
      RecoveryStory was, Instant endedAt, String end, List<RecoveryStory.Step> steps) {
    return new RecoveryStory(
        was.recoveryId(),
        was.kind(),
        was.name(),
        was.subject(),
        was.causeId(),
        was.limitMillis(),
        was.begunAt(),
        endedAt,
        end,
        steps);
  }

  /** Every fault so far, in order, with its own recoveries and those that it joined. */
  List<FaultStory> faults() {
    return faults.values().stream().map(this::whole).toList();
  }

  private FaultStory whole(FaultStory fault) {
    return new FaultStory(
        fault.eventId(),
        fault.code(),
        fault.severity(),
        fault.blame(),
        fault.evidence(),
        fault.raisedAt(),
        fault.dispatchedBefore(),
        fault.directive(),
        fault.component(),
        fault.escalatedAt(),
        fault.level(),
        fault.strategy(),
        fault.cascade(),
        fault.escalated()
            ? recoveries.values().stream().filter(one -> answers(one, fault)).toList()
            : List.of());
  }

  /**
   * Its own; else one of the same name that was not over by then, for the same component, or which
   * led to it: the node has none of these answer itself.
   */
  private boolean answers(RecoveryStory recovery, FaultStory fault) {
    if (fault.eventId().equals(escalations.get(recovery.causeId()))) {
      return true;
    }
    boolean wanted =
        recovery.name().equals(fault.strategy()) || recovery.name().equals(fault.cascade());
    boolean related =
        recovery.subject().equals(fault.component())
            || roots.get(recovery.recoveryId()).equals(roots.get(fault.eventId()))
                && recovery.begunAt().isBefore(fault.escalatedAt());
    boolean own =
        recoveries.values().stream()
            .anyMatch(
                other ->
                    other.name().equals(recovery.name())
                        && fault.eventId().equals(escalations.get(other.causeId())));
    return wanted
        && related
        && !own
        && (!recovery.over() || !recovery.endedAt().isBefore(fault.escalatedAt()));
  }

  /** Modes that were entered, in order. */
  List<String> modes() {
    return List.copyOf(modes);
  }
}
