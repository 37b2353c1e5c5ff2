package io.mainstay.actors.recovery.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All that steps can do on this node, by name. Immutable. */
public final class RecoveryActions {
  private final Map<String, RecoveryAction> byName;

  private RecoveryActions(Map<String, RecoveryAction> byName) {
    this.byName = Map.copyOf(byName);
  }

  /** Collects them. Confined to one thread. */
  public static final class Builder {
    private final Map<String, RecoveryAction> byName = new HashMap<>();

    /** One more; a name has one meaning. */
    public Builder add(String name, RecoveryAction action) {
      if (byName.putIfAbsent(name, action) != null) {
        throw new IllegalStateException("Two actions are called " + name);
      }
      return this;
    }

    public RecoveryActions build() {
      return new RecoveryActions(byName);
    }
  }

  /** Their names. */
  public Set<String> names() {
    return byName.keySet();
  }

  /** The one of that name; empty in an older release that goes on with a newer plan. */
  public Optional<RecoveryAction> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
