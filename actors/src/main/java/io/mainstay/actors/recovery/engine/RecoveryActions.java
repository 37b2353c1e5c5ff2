package io.mainstay.actors.recovery.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All that steps can do on this node, by name. Immutable. */
public final class RecoveryActions {
  private final Map<String, RecoveryAction> byName;
  private final Map<String, List<StepParameter>> read;

  private RecoveryActions(
      Map<String, RecoveryAction> byName, Map<String, List<StepParameter>> read) {
    this.byName = Map.copyOf(byName);
    this.read = Map.copyOf(read);
  }

  /** Collects them. Confined to one thread. */
  public static final class Builder {
    private final Map<String, RecoveryAction> byName = new HashMap<>();
    private final Map<String, List<StepParameter>> read = new HashMap<>();

    /** One more; a name has one meaning. */
    public Builder add(String name, RecoveryAction action) {
      if (byName.putIfAbsent(name, action) != null) {
        throw new IllegalStateException("Two actions are called " + name);
      }
      return this;
    }

    /** Which parameters an action that was added reads from its step; none without this. */
    public Builder reads(String name, StepParameter... parameters) {
      if (!byName.containsKey(name) || read.put(name, List.of(parameters)) != null) {
        throw new IllegalStateException(
            "Parameters of " + name + ": it is no action, or they are declared twice");
      }
      return this;
    }

    public RecoveryActions build() {
      return new RecoveryActions(byName, read);
    }
  }

  /** Their names. */
  public Set<String> names() {
    return byName.keySet();
  }

  /** What that action reads from its step. */
  public List<StepParameter> parameters(String name) {
    return read.getOrDefault(name, List.of());
  }

  /** The one of that name; empty in an older release that goes on with a newer plan. */
  public Optional<RecoveryAction> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
