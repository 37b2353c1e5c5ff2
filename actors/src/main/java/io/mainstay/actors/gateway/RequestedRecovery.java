package io.mainstay.actors.gateway;

import static java.util.stream.Collectors.joining;

import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.engine.CoordinatorCommand;
import io.mainstay.actors.recovery.engine.RecoveryBook;
import io.mainstay.actors.recovery.engine.RecoveryDefinition;
import io.mainstay.persistence.recovery.RecoveryPlan;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;

/** A cascade or strategy that a person asks for, as if its first error had been raised. Pure. */
final class RequestedRecovery {
  /** Places as faults name them. */
  private static final Pattern SUBJECT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,199}");

  private static final String DEVICE = "device";

  private RequestedRecovery() {}

  /**
   * Its plan.
   *
   * @param devices of this node
   * @throws Refusal if there is none of that name, or the subject is no place
   */
  static RecoveryPlan plan(
      RecoveryBook book,
      ErrorCatalog catalog,
      String nodeId,
      Collection<String> devices,
      String name,
      String subject) {
    RecoveryDefinition definition =
        book.all()
            .filter(known -> known.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    Refusal.of(
                        "unknown_recovery",
                        "there is no cascade or strategy '" + name + "'",
                        "'mainstay cascades' and 'mainstay strategies' list them"));
    if (subject == null || !SUBJECT.matcher(subject).matches()) {
      throw Refusal.of(
          "invalid_request",
          "'" + subject + "' names no place",
          "name a device, model or session, such as device/cpu-0, model/ID or session/ID");
    }
    String[] place = subject.split("/");
    if (place[0].equals(DEVICE) && (place.length < 2 || !devices.contains(place[1]))) {
      throw Refusal.of(
          "unknown_device",
          "'" + subject + "' names no device of this node",
          "one of: " + devices.stream().map(id -> DEVICE + "/" + id).collect(joining(", ")));
    }
    ErrorDefinition error =
        catalog.all().stream()
            .filter(known -> known.isAnsweredBy(name))
            .findFirst()
            .orElseThrow(
                () ->
                    Refusal.of(
                        "unknown_recovery",
                        "no error is answered by '" + name + "'",
                        "see 'mainstay errors'"));
    return definition.plan(nodeId, error.name(), subject, error.priority().number());
  }

  /**
   * The same about the same is not begun twice.
   *
   * @throws Refusal if it runs or waits
   */
  static void refuseIfUnderWay(RecoveryPlan plan, CoordinatorCommand.View view) {
    Optional<String> runs =
        view.running().stream()
            .filter(one -> plan.is(one.name(), one.subject()))
            .map(one -> "runs as " + one.recoveryId())
            .findFirst();
    boolean waits = view.waiting().stream().anyMatch(one -> plan.is(one.name(), one.subject()));
    if (runs.isPresent() || waits) {
      throw Refusal.of(
          "recovery_under_way",
          plan.name() + " of " + plan.subject() + " " + runs.orElse("waits already"),
          "'mainstay recoveries' shows how far it is");
    }
  }
}
