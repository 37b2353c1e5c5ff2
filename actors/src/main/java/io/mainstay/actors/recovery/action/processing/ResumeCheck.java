package io.mainstay.actors.recovery.action.processing;

import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Before sessions go on, what they would go on from is read to its end: checkpoints that cannot be
 * read are left for those that can, and a session that lost an input or a result is named.
 */
final class ResumeCheck {
  /**
   * What was found.
   *
   * @param damaged sessions that lost what cannot be computed again from what is left
   * @param rewound batches that go on from another checkpoint
   * @param said of each session, for evidence
   */
  record Checked(Set<String> damaged, int rewound, List<String> said) {
    static final Checked NOTHING = new Checked(Set.of(), 0, List.of());

    Checked {
      damaged = Set.copyOf(damaged);
      said = List.copyOf(said);
    }

    private Checked with(SessionArtifacts session, int more) {
      Set<String> all = new TreeSet<>(damaged);
      if (!session.finished() && !session.damaged().isEmpty()) {
        all.add(session.sessionId());
      }
      List<String> texts = new ArrayList<>(said);
      texts.add(session.text());
      return new Checked(all, rewound + more, texts);
    }

    /** One line for people. */
    String text() {
      return said.isEmpty()
          ? "none rested for this recovery"
          : rewound
              + " batches go on from another checkpoint than their journal had; "
              + String.join("; ", said);
    }
  }

  private final SessionMending mending;

  ResumeCheck(SessionMending mending) {
    this.mending = mending;
  }

  /** One after the other; fails if one cannot be read at all. */
  CompletionStage<Checked> check(Task task, Collection<String> sessions) {
    CompletionStage<Checked> all = CompletableFuture.completedStage(Checked.NOTHING);
    for (String session : new TreeSet<>(sessions)) {
      all =
          all.thenCompose(
              before ->
                  mending
                      .read(task, session)
                      .thenCompose(
                          artifacts ->
                              mending
                                  .rewind(task, artifacts)
                                  .thenApply(count -> before.with(artifacts, count))));
    }
    return all;
  }
}
