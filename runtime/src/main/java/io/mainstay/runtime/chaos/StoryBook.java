package io.mainstay.runtime.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import io.mainstay.runtime.cli.JsonPrinter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a journal line by line, in its order, and keeps what it says of faults, recoveries and
 * modes. Confined to one thread.
 */
final class StoryBook {
  private final Map<String, NavigableSet<Instant>> dispatched = new HashMap<>();
  private final Map<String, FaultStory> faults = new LinkedHashMap<>();
  private final Map<String, RecoveryStory> recoveries = new LinkedHashMap<>();
  private final Map<String, List<String>> actions = new HashMap<>();

  /** What is not begun, by the escalation that it would have answered. */
  private final Map<String, List<NotBegun>> notBegun = new HashMap<>();

  /** Recoveries of each name, by their persistence ids, in order. */
  private final Map<String, List<String>> named = new HashMap<>();

  /**
   * A recovery that is not begun.
   *
   * @param recovery its name; empty where all that answer the fault are meant
   * @param recoveryId of the one that answers it instead, or empty
   * @param escalationId whose recoveries do, or empty
   */
  private record NotBegun(String recovery, String recoveryId, String escalationId) {}

  private final List<String> modes = new ArrayList<>();

  /** What {@link #faults} answers; null once there is more. */
  private List<FaultStory> told;

  /** Takes the next line; answers whether it is one that the book is about. */
  boolean read(JournalLine line) {
    boolean ours = take(line, JsonPrinter.parse(line.json()));
    if (ours) {
      told = null;
    }
    return ours;
  }

  private boolean take(JournalLine line, JsonNode event) {
    switch (line.type()) {
      case "BatchDispatched" -> {
        dispatched
            .computeIfAbsent(event.path("device").asText(), device -> new TreeSet<>())
            .add(line.at());
        return false;
      }
      case "FaultRaised" -> raised(line, event);
      case "DirectiveChosen" -> directed(line, event);
      case "EscalationDecided" -> escalated(line, event);
      case "RecoveryNotBegun" ->
          notBegun
              .computeIfAbsent(line.causeId(), id -> new ArrayList<>())
              .add(
                  new NotBegun(
                      event.path("recovery").asText(),
                      event.path("recoveryId").asText(),
                      event.path("escalationId").asText()));
      case "RecoveryBegun" -> begun(line, event.path("plan"));
      case "RecoveryStepDone" -> stepped(line, event, true, event.path("evidence").asText());
      case "RecoveryStepFailed" ->
          stepped(
              line,
              event,
              false,
              event.path("code").asText() + ": " + event.path("message").asText());
      case "RecoveryEnded" -> ended(line, event);
      case "ModeEntered" -> modes.add(mode(event.path("name")));
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
    faults.put(
        line.eventId(),
        FaultStory.raised(
            line.eventId(),
            event.path("code").asText(),
            event.path("severity").asText(),
            event.path("blame").asText(),
            event.path("evidence").asText(),
            line.at()));
  }

  private void directed(JournalLine line, JsonNode event) {
    faults.computeIfPresent(
        line.causeId(),
        (id, was) -> was.directed(event.path("directive").asText(), event.path("child").asText()));
  }

  private void escalated(JournalLine line, JsonNode event) {
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
                was.directive(),
                event.path("component").asText(),
                line.eventId(),
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
    named
        .computeIfAbsent(plan.path("name").asText(), name -> new ArrayList<>())
        .add(line.persistenceId());
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
    if (told == null) {
      told = faults.values().stream().map(this::whole).toList();
    }
    return told;
  }

  /** When that device got its first batch from then on. */
  Optional<Instant> firstBatch(String device, Instant from) {
    return Optional.ofNullable(dispatched.get(device)).map(times -> times.ceiling(from));
  }

  private FaultStory whole(FaultStory fault) {
    if (!fault.escalated()) {
      return fault;
    }
    List<RecoveryStory> all = new ArrayList<>(answers(fault.escalationId(), fault.cascade()));
    if (!fault.strategy().equals(fault.cascade())) {
      all.addAll(answers(fault.escalationId(), fault.strategy()));
    }
    return fault.answeredBy(all);
  }

  /**
   * Its own; where none of that name was begun for it, what the journal says answers it instead.
   */
  private List<RecoveryStory> answers(String escalationId, String name) {
    Set<String> asked = new HashSet<>();
    String next = escalationId;
    while (!next.isEmpty() && asked.add(next)) {
      List<RecoveryStory> own = begunFor(next, name);
      if (!own.isEmpty()) {
        return own;
      }
      Optional<NotBegun> instead =
          notBegun.getOrDefault(next, List.of()).stream()
              .filter(one -> one.recovery().isEmpty() || one.recovery().equals(name))
              .findFirst();
      Optional<RecoveryStory> joined =
          instead.map(one -> recoveries.get("Recovery|" + one.recoveryId()));
      if (joined.isPresent()) {
        return tries(joined.get());
      }
      next = instead.map(NotBegun::escalationId).orElse("");
    }
    return List.of();
  }

  /** From that one on: what was joined and failed is tried again for all. */
  private List<RecoveryStory> tries(RecoveryStory first) {
    List<RecoveryStory> all = begunFor(first.causeId(), first.name());
    return all.subList(all.indexOf(first), all.size());
  }

  private List<RecoveryStory> begunFor(String escalationId, String name) {
    return named.getOrDefault(name, List.of()).stream()
        .map(recoveries::get)
        .filter(one -> one.causeId().equals(escalationId))
        .toList();
  }

  /** The part, where it is a part of a mode that was entered. */
  private static String mode(JsonNode name) {
    String part = name.path("part").asText();
    return part.isEmpty() ? name.path("mode").asText() : part;
  }

  /** Modes that were entered, in order; a part by its own name. */
  List<String> modes() {
    return List.copyOf(modes);
  }
}
