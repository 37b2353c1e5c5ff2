package io.mainstay.actors.node;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The order in which the components of a node come back: each leans on those before it, and takes
 * work only when all before it are told, as recovered or as degraded. Pure; immutable.
 *
 * @param done components that are told
 */
record RecoverySequence(int done) {
  /** From what all lean on to what leans on all. */
  static final List<Component> ORDER = List.of(Component.values());

  /** Parts of a node, in the order of {@link #ORDER}. */
  enum Component {
    JOURNAL,
    DEVICE,
    MEMORY,
    MODEL,
    INFERENCE,
    PROCESSING,
    POSTPROCESSING
  }

  /**
   * How long others wait for a component.
   *
   * @param usable that works in part
   * @param useless that does not work at all; not shorter
   */
  record Patience(Duration usable, Duration useless) {}

  /**
   * What a look at a component found.
   *
   * @param whole nothing of it is missing
   * @param usable a part of it works
   * @param lasting looking again will not find more, such as of a device that failed
   * @param evidence for people
   */
  record Look(boolean whole, boolean usable, boolean lasting, String evidence) {
    static Look whole(String evidence) {
      return new Look(true, true, true, evidence);
    }

    /** Nothing of it works, as far as one can see, and that may change. */
    static Look useless(String evidence) {
      return new Look(false, false, false, evidence);
    }
  }

  /** What is told of a component. */
  record Told(int order, Component component, boolean whole, String evidence) {
    /** As it is journaled. */
    String outcome() {
      return whole ? "recovered" : "degraded";
    }
  }

  static RecoverySequence begin() {
    return new RecoverySequence(0);
  }

  /** What is looked at next; empty when all are told. */
  Optional<Component> next() {
    return done < ORDER.size() ? Optional.of(ORDER.get(done)) : Optional.empty();
  }

  /**
   * What a look leads to; empty: look again.
   *
   * @param waited for the component so far
   */
  Optional<Told> told(Look look, Duration waited, Patience patience) {
    Duration bound = look.usable() ? patience.usable() : patience.useless();
    if (!look.whole() && !look.lasting() && waited.compareTo(bound) < 0) {
      return Optional.empty();
    }
    return Optional.of(new Told(done + 1, ORDER.get(done), look.whole(), look.evidence()));
  }

  RecoverySequence after() {
    return new RecoverySequence(done + 1);
  }
}
