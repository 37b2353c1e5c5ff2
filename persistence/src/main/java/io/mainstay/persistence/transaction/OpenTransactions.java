package io.mainstay.persistence.transaction;

import io.mainstay.persistence.serialization.JournalEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which transactions have something left to do, and which stand: committed, and not released. Fed
 * with the journal's rows in their order; rows may be fed again, if all that follow them are too.
 * Confined to its reader.
 */
public final class OpenTransactions {
  private static final Set<Class<?>> READ =
      Set.of(TransactionEvent.TransactionBegun.class, TransactionEvent.TransactionEnded.class);

  /**
   * One that has something left to do.
   *
   * @param lastAt when its last event was written
   * @param stuck a person was called already
   */
  public record Open(Instant lastAt, boolean stuck) {}

  /**
   * One whose participants hold what they committed.
   *
   * @param plan what each of them holds, and for whom
   * @param since when it ended
   */
  public record Standing(TransactionPlan plan, Instant since) {}

  private final Map<String, TransactionPlan> plans = new HashMap<>();
  private final Map<String, Open> open = new HashMap<>();
  private final Map<String, Standing> standing = new HashMap<>();

  /** Whether more than the type of such an event is needed. */
  public static boolean reads(Class<? extends JournalEvent> type) {
    return READ.contains(type);
  }

  /**
   * The next row of a transaction.
   *
   * @param type of its event
   * @param event itself, if {@link #reads} says so; else null
   */
  public void follow(
      String id, Class<? extends JournalEvent> type, JournalEvent event, Instant at) {
    if (event instanceof TransactionEvent.TransactionBegun begun) {
      plans.put(id, begun.plan());
      standing.remove(id);
      open.put(id, new Open(at, false));
    } else if (event instanceof TransactionEvent.TransactionEnded ended) {
      open.remove(id);
      TransactionPlan plan = plans.get(id);
      if (ended.end() == TransactionEvent.End.ABORTED) {
        plans.remove(id);
      } else if (plan != null) {
        // Without a plan it was released before, and the row of that follows again.
        standing.put(id, new Standing(plan, at));
      }
    } else if (type == TransactionEvent.TransactionReleased.class) {
      open.remove(id);
      standing.remove(id);
      plans.remove(id);
    } else {
      standing.remove(id);
      boolean before = open.containsKey(id) && open.get(id).stuck();
      boolean stuck =
          type == TransactionEvent.TransactionStuck.class
              || before && type != TransactionEvent.TransactionRedriven.class;
      open.put(id, new Open(at, stuck));
    }
  }

  /** By transaction. */
  public Map<String, Open> open() {
    return Map.copyOf(open);
  }

  /** By transaction. */
  public Map<String, Standing> standing() {
    return Map.copyOf(standing);
  }
}
