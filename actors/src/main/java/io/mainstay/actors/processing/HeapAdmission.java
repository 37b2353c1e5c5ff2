package io.mainstay.actors.processing;

import io.mainstay.actors.degradation.Degraded;
import io.mainstay.actors.degradation.Handoff;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.persistence.session.DocumentRange;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether the heap that the batches of new work take is what the modes of a node leave of it: as
 * planned, in smaller batches with a receipt, or not at all. Looks at inputs as the recipe does, so
 * it may block; decides nothing else. Immutable.
 *
 * @param modes what holds now
 * @param retryAfter when to come back with what is refused
 */
record HeapAdmission(Restrictions modes, Duration retryAfter) {
  /**
   * What is accepted.
   *
   * @param batchDocuments documents in a batch, 1 or more
   */
  record Fit(int batchDocuments, Optional<Degraded> receipt) {}

  /**
   * The largest batches that fit, no larger than was planned.
   *
   * @throws Refusal if not even one document fits alone
   */
  Fit fit(Recipe recipe, int planned) {
    Optional<Operation> off =
        modes.firstOff(
            Operation.HIGH_MEMORY_PROCESSING_SESSIONS,
            Operation.LARGE_MEMORY_ALLOCATIONS,
            Operation.LARGE_ALLOCATIONS);
    if (off.isEmpty()) {
      return new Fit(planned, Optional.empty());
    }
    long most = modes.memory().allocationMax();
    int fitting = planned;
    while (fitting > 1 && largest(recipe, fitting) > most) {
      fitting /= 2;
    }
    long bytes = largest(recipe, fitting);
    if (fitting == planned && bytes <= most) {
      return new Fit(planned, Optional.empty());
    }
    Handoff way =
        Handoff.decide(
            Handoff.Trigger.DOMAIN_RESOURCE_EXHAUSTION,
            new Handoff.Situation(false, bytes <= most, false));
    if (way == Handoff.OPERATION_CANCELLATION) {
      throw tooLarge(off.get(), bytes, most);
    }
    return new Fit(fitting, Optional.of(modes.degraded("batch size", planned, fitting)));
  }

  /** Heap of its largest batch, bytes. */
  private static long largest(Recipe recipe, int batchDocuments) {
    long largest = 0;
    for (int from = 0; from < recipe.documents(); from += batchDocuments) {
      int to = Math.min(recipe.documents(), from + batchDocuments);
      largest = Math.max(largest, recipe.heapBytes(new DocumentRange(from, to)));
    }
    return largest;
  }

  private Refusal tooLarge(Operation off, long bytes, long most) {
    return Refusal.later(
        "operation_disabled",
        "%s is off while %s holds: a document takes %d bytes of heap; %d are allowed"
            .formatted(off.code(), modes.modesText(), bytes, most),
        "Ask for smaller pictures, or again after %d ms; 'mainstay mode' says what holds and until when"
            .formatted(retryAfter.toMillis()),
        retryAfter.toMillis());
  }
}
