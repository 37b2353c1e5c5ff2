package io.mainstay.persistence.session;

import io.mainstay.persistence.serialization.EventMeta;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The batches of a session and how far they are. Immutable; each event gives the next one.
 *
 * @param made the event of the plan
 * @param pending batches without a result, by their first document
 * @param completed batches with theirs, by their first document
 * @param poisoned indexes of documents given up, ascending
 * @param replanned documents whose batch was split
 * @param interruptions batches in flight at the death of their worker
 * @param checkpoints recorded so far, of all batches
 */
record WorkPlan(
    int documents,
    int batchDocuments,
    EventMeta made,
    List<BatchWork> pending,
    List<SessionWork.Completed> completed,
    List<Integer> poisoned,
    int replanned,
    int interruptions,
    int checkpoints) {

  WorkPlan {
    pending = List.copyOf(pending);
    completed = List.copyOf(completed);
    poisoned = List.copyOf(poisoned);
  }

  static WorkPlan of(SessionEvent.PlanMade event) {
    List<BatchWork> batches = new ArrayList<>();
    for (int from = 0; from < event.documents(); from += event.batchDocuments()) {
      int to = Math.min(event.documents(), from + event.batchDocuments());
      batches.add(BatchWork.fresh(new DocumentRange(from, to), event.meta()));
    }
    return new WorkPlan(
        event.documents(),
        event.batchDocuments(),
        event.meta(),
        batches,
        List.of(),
        List.of(),
        0,
        0,
        0);
  }

  Optional<BatchWork> find(DocumentRange range) {
    int at = position(range);
    return at >= 0 && pending.get(at).range().equals(range)
        ? Optional.of(pending.get(at))
        : Optional.empty();
  }

  /** Batches that are pending in place of the given one: itself, its parts, or none. */
  List<SessionWork.Pending> pendingWithin(DocumentRange range) {
    int at = position(range);
    List<SessionWork.Pending> within = new ArrayList<>();
    for (int i = at >= 0 ? at : -at - 1; i < pending.size(); i++) {
      BatchWork work = pending.get(i);
      if (work.range().to() > range.to()) {
        break;
      }
      within.add(work.toPending());
    }
    return within;
  }

  /** Batches that took more than one attempt so far, with a result or not, by first document. */
  List<SessionView.Retry> retried() {
    return Stream.concat(
            completed.stream().map(done -> new SessionView.Retry(done.range(), done.attempts())),
            pending.stream().map(open -> new SessionView.Retry(open.range(), open.attempts())))
        .filter(batch -> batch.attempts() > 1)
        .sorted(Comparator.comparingInt(batch -> batch.range().from()))
        .toList();
  }

  /** True when the range is one document, and that was given up. */
  boolean isPoisoned(DocumentRange range) {
    return range.size() == 1 && poisoned.contains(range.from());
  }

  int embedded() {
    return completed.stream().mapToInt(batch -> batch.range().size()).sum();
  }

  WorkPlan dispatched(SessionEvent.BatchDispatched event) {
    return replaced(event.range(), List.of(require(event.range()).dispatched(event)));
  }

  WorkPlan checkpointed(SessionEvent.BatchCheckpointed event) {
    WorkPlan next = replaced(event.range(), List.of(require(event.range()).checkpointed(event)));
    return new WorkPlan(
        documents,
        batchDocuments,
        made,
        next.pending,
        completed,
        poisoned,
        replanned,
        interruptions,
        checkpoints + 1);
  }

  WorkPlan restored(SessionEvent.CheckpointRestored event) {
    return replaced(event.range(), List.of(require(event.range()).restored(event)));
  }

  WorkPlan interrupted(SessionEvent.BatchInterrupted event) {
    WorkPlan next = replaced(event.range(), List.of(require(event.range()).interrupted(event)));
    return new WorkPlan(
        documents,
        batchDocuments,
        made,
        next.pending,
        completed,
        poisoned,
        replanned,
        interruptions + 1,
        checkpoints);
  }

  WorkPlan split(SessionEvent.BatchReplanned event) {
    BatchWork whole = require(event.range());
    WorkPlan next =
        replaced(
            event.range(),
            List.of(
                whole.part(event.left(), event.meta()), whole.part(event.right(), event.meta())));
    int newly = isOfThePlan(event.range()) ? event.range().size() : 0;
    return new WorkPlan(
        documents,
        batchDocuments,
        made,
        next.pending,
        completed,
        poisoned,
        replanned + newly,
        interruptions,
        checkpoints);
  }

  WorkPlan completed(SessionEvent.BatchCompleted event) {
    int attempts = require(event.range()).attempts();
    WorkPlan next = replaced(event.range(), List.of());
    return new WorkPlan(
        documents,
        batchDocuments,
        made,
        next.pending,
        inserted(
            completed,
            new SessionWork.Completed(
                event.range(), event.resultSha256(), event.fingerprint(), attempts),
            Comparator.comparingInt(batch -> batch.range().from())),
        poisoned,
        replanned,
        interruptions,
        checkpoints);
  }

  WorkPlan poisoned(SessionEvent.DocumentPoisoned event) {
    WorkPlan next = replaced(new DocumentRange(event.index(), event.index() + 1), List.of());
    return new WorkPlan(
        documents,
        batchDocuments,
        made,
        next.pending,
        completed,
        inserted(poisoned, event.index(), Comparator.naturalOrder()),
        replanned,
        interruptions,
        checkpoints);
  }

  private boolean isOfThePlan(DocumentRange range) {
    return range.from() % batchDocuments == 0
        && range.size() == Math.min(batchDocuments, documents - range.from());
  }

  private BatchWork require(DocumentRange range) {
    return find(range)
        .orElseThrow(
            () -> new IllegalStateException("Journal names batch " + range + ", not pending"));
  }

  private WorkPlan replaced(DocumentRange range, List<BatchWork> by) {
    int at = position(range);
    List<BatchWork> next = new ArrayList<>(pending.size() + 1);
    next.addAll(pending.subList(0, at));
    next.addAll(by);
    next.addAll(pending.subList(at + 1, pending.size()));
    return new WorkPlan(
        documents,
        batchDocuments,
        made,
        next,
        completed,
        poisoned,
        replanned,
        interruptions,
        checkpoints);
  }

  // As Collections.binarySearch: where the batch that starts with the same document is.
  private int position(DocumentRange range) {
    int low = 0;
    int high = pending.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int from = pending.get(middle).range().from();
      if (from < range.from()) {
        low = middle + 1;
      } else if (from > range.from()) {
        high = middle - 1;
      } else {
        return middle;
      }
    }
    return -(low + 1);
  }

  private static <T> List<T> inserted(List<T> sorted, T value, Comparator<T> order) {
    int at = sorted.size();
    while (at > 0 && order.compare(sorted.get(at - 1), value) > 0) {
      at--;
    }
    List<T> next = new ArrayList<>(sorted.size() + 1);
    next.addAll(sorted.subList(0, at));
    next.add(value);
    next.addAll(sorted.subList(at, sorted.size()));
    return next;
  }
}
