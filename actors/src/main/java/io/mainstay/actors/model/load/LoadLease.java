package io.mainstay.actors.model.load;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which saga may load onto a device, and which one put which model there. Pure and immutable. One
 * load at a time; a saga takes back only what is its own, so one that wakes up late, after a newer
 * load of the same model, leaves that alone.
 *
 * @param holder saga that has the lease of loading
 * @param owners saga by model
 */
record LoadLease(Optional<String> holder, Map<String, String> owners) {
  LoadLease {
    owners = Collections.unmodifiableMap(new LinkedHashMap<>(owners));
  }

  static LoadLease free() {
    return new LoadLease(Optional.empty(), Map.of());
  }

  boolean isFreeFor(String sagaId) {
    return holder.isEmpty() || holder.get().equals(sagaId);
  }

  boolean isHeldBy(String sagaId) {
    return holder.isPresent() && holder.get().equals(sagaId);
  }

  LoadLease grantedTo(String sagaId) {
    return new LoadLease(Optional.of(sagaId), owners);
  }

  /** Nothing changes if another one has it. */
  LoadLease releasedBy(String sagaId) {
    return isHeldBy(sagaId) ? new LoadLease(Optional.empty(), owners) : this;
  }

  LoadLease owning(String modelId, String sagaId) {
    Map<String, String> next = new LinkedHashMap<>(owners);
    next.put(modelId, sagaId);
    return new LoadLease(holder, next);
  }

  /** Unknown owner: nobody newer can lose by it. */
  boolean mayTakeBack(String modelId, String sagaId) {
    return owners.getOrDefault(modelId, sagaId).equals(sagaId);
  }

  LoadLease disowned(String modelId) {
    Map<String, String> next = new LinkedHashMap<>(owners);
    next.remove(modelId);
    return new LoadLease(holder, next);
  }
}
