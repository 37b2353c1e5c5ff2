package io.mainstay.actors.recovery.casebook;

import io.mainstay.actors.recovery.escalation.EscalationDecision;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The last decision about each error at each place, the newest thousand: what a recovery that fails
 * answered, where no case has it. Owned by a case book's actor.
 */
final class RecentDecisions {
  private static final int MOST = 1_000;

  private record Place(String code, String component) {}

  private final Map<Place, EscalationDecision> decisions = new LinkedHashMap<>();

  /** It is the newest one now. */
  void add(EscalationDecision decision) {
    Place place = new Place(decision.fault().definition().name(), decision.fault().component());
    decisions.remove(place);
    decisions.put(place, decision);
    if (decisions.size() > MOST) {
      decisions.remove(decisions.keySet().iterator().next());
    }
  }

  Optional<EscalationDecision> find(String code, String component) {
    return Optional.ofNullable(decisions.get(new Place(code, component)));
  }
}
