package io.mainstay.actors.node;

import java.util.List;
import java.util.Optional;

/**
 * The order in which the components of a node come back: each leans on those before it. A component
 * counts as back only when all before it are told. Pure; immutable.
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
    PROCESSING
  }

  /**
   * What a look at a component found.
   *
   * @param whole nothing of it is missing
   * @param lasting looking again will not find more, such as of a device that failed
   * @param evidence for people
   */
  record Look(boolean whole, boolean lasting, String evidence) {
    static Look whole(String evidence) {
      return new Look(true, true, evidence);
    }
  }

  /** What is told of a component. */
  record Told(int order, Component component, String outcome, String evidence) {}

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
   * @param overdue the component's time is over
   */
  Optional<Told> told(Look look, boolean overdue) {
    if (!look.whole() && !look.lasting() && !overdue) {
      return Optional.empty();
    }
    return Optional.of(
        new Told(
            done + 1, ORDER.get(done), look.whole() ? "recovered" : "degraded", look.evidence()));
  }

  RecoverySequence after() {
    return new RecoverySequence(done + 1);
  }
}
