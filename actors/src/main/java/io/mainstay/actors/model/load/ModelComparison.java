package io.mainstay.actors.model.load;

import io.mainstay.actors.model.report.Reconciled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the node believes of the models of one device, against what its worker holds and what the
 * ledger has set aside. The worker is right about what it holds and about the memory of it. Pure.
 *
 * @param believed state by model: loaded, recovering, loading or failed
 * @param held by the worker
 * @param reserved models that the ledger has room set aside for
 */
record ModelComparison(Map<String, String> believed, Set<String> held, Set<String> reserved) {
  private static final String AUTHORITY = "worker";
  private static final String NOTIFY = Reconciled.NOTIFY;
  private static final String LOG = "log_divergence_for_analysis";

  ModelComparison {
    believed = Map.copyOf(believed);
    held = Set.copyOf(held);
    reserved = Set.copyOf(reserved);
  }

  /** How both sides differ about one model. */
  enum Kind {
    /** The node says loaded, the worker does not have it. */
    BELIEVED_NOT_HELD(
        "model_availability",
        List.of(
            "update_c_sharp_cache_status_to_failed",
            "clear_inconsistent_cache_entries",
            NOTIFY,
            LOG)),
    /** The worker has it, the node does not know. */
    HELD_NOT_BELIEVED(
        "model_availability", List.of("update_c_sharp_cache_status_to_loaded", NOTIFY, LOG)),
    /** Memory is set aside for a model that the worker does not have. */
    RESERVED_NOT_HELD("allocated_bytes", List.of("deallocate_vram", LOG)),
    /** The worker has a model that no memory is set aside for. */
    HELD_NOT_RESERVED("allocated_bytes", List.of("allocate_vram", LOG));

    private final String field;
    private final List<String> actions;

    Kind(String field, List<String> actions) {
      this.field = field;
      this.actions = actions;
    }
  }

  /** One difference. */
  record Finding(String modelId, Kind kind, String orchestrator, String worker) {
    Reconciled.Difference with(List<String> dependents) {
      return new Reconciled.Difference(
          modelId, kind.field, orchestrator, worker, AUTHORITY, kind.actions, dependents);
    }
  }

  /** Models and reservations that are looked at. */
  int size() {
    return models().size();
  }

  /** All of them, by model. What a saga is loading is left to the saga. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (String model : models()) {
      String state = believed.getOrDefault(model, "absent");
      if (!state.equals("loading")) {
        compare(model, state, findings);
      }
    }
    return findings;
  }

  private void compare(String model, String state, List<Finding> findings) {
    boolean known = state.equals("loaded") || state.equals("recovering");
    boolean has = held.contains(model);
    boolean room = reserved.contains(model);
    if (known && !has) {
      findings.add(new Finding(model, Kind.BELIEVED_NOT_HELD, state, "absent"));
    } else if (!known && has) {
      findings.add(new Finding(model, Kind.HELD_NOT_BELIEVED, state, "loaded"));
    }
    if (room && !has) {
      findings.add(new Finding(model, Kind.RESERVED_NOT_HELD, "allocated", "free"));
    } else if (!room && has) {
      findings.add(new Finding(model, Kind.HELD_NOT_RESERVED, "free", "allocated"));
    }
  }

  private Set<String> models() {
    Set<String> all = new TreeSet<>(believed.keySet());
    all.addAll(held);
    all.addAll(reserved);
    return all;
  }
}
