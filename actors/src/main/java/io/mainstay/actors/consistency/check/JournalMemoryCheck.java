package io.mainstay.actors.consistency.check;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What is durable against what runs. */
final class JournalMemoryCheck implements ConsistencyCheck {
  @Override
  public CheckType type() {
    return CheckType.JOURNAL_MEMORY_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    WorkFacts work = snapshot.work();
    JournalFacts journal = snapshot.journal();
    List<Divergence> found = new ArrayList<>();
    for (String session : new TreeSet<>(journal.open())) {
      if (!work.open().contains(session)
          && !work.runners().contains(session)
          && !work.settling().contains(session)) {
        found.add(
            new Divergence(DivergenceKind.SESSION_FORGOTTEN, "", session, "open", "not known", ""));
      }
    }
    for (String session : new TreeSet<>(work.open())) {
      if (!journal.open().contains(session)
          && !work.runners().contains(session)
          && !work.settling().contains(session)) {
        found.add(new Divergence(DivergenceKind.SESSION_OVER, "", session, "not open", "open", ""));
      }
    }
    return found;
  }
}
