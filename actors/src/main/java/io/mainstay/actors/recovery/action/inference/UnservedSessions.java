package io.mainstay.actors.recovery.action.inference;

import io.mainstay.actors.recovery.action.Subjects;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Open sessions that no device can compute for: none serves, or none of those that serve has their
 * models, or could. Pure.
 *
 * @param models that each of them works with; none where that is not known
 */
record UnservedSessions(Map<String, Set<String>> models) {
  UnservedSessions {
    models = Map.copyOf(models);
  }

  /**
   * As things are. Of a session that nobody works on the models are not known: it is unserved only
   * where no device serves.
   *
   * @param open all sessions that are not over
   * @param held models by holder, as the model domain has them
   */
  static UnservedSessions of(
      Set<String> open, Map<String, Set<String>> held, ServingDevices devices) {
    Map<String, Set<String>> models = new HashMap<>();
    open.forEach(session -> models.put(session, new TreeSet<>()));
    held.forEach(
        (holder, ids) -> {
          Optional<String> session = Subjects.sessionIn(holder).filter(open::contains);
          session.ifPresent(id -> models.get(id).addAll(ids));
        });
    return new UnservedSessions(models).among(devices);
  }

  /** Those of them that are unserved by these devices too. */
  UnservedSessions among(ServingDevices devices) {
    Map<String, Set<String>> left = new HashMap<>(models);
    left.values().removeIf(devices::canHave);
    return new UnservedSessions(left);
  }

  Set<String> sessions() {
    return models.keySet();
  }

  /** What they work with, so far as is known. */
  Set<String> wanted() {
    Set<String> all = new TreeSet<>();
    models.values().forEach(all::addAll);
    return all;
  }
}
