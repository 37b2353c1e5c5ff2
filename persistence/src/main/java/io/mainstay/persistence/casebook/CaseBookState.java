package io.mainstay.persistence.casebook;

import io.mainstay.persistence.casebook.CaseEvent.CaseClosed;
import io.mainstay.persistence.casebook.CaseEvent.CaseHealed;
import io.mainstay.persistence.casebook.CaseEvent.CaseOpened;
import io.mainstay.persistence.casebook.CaseEvent.CaseProtected;
import io.mainstay.persistence.casebook.CaseEvent.CaseReleased;
import io.mainstay.persistence.casebook.CaseEvent.RecoveryGivenUp;
import io.mainstay.persistence.casebook.CaseEvent.RetryPlanned;
import io.mainstay.persistence.casebook.CaseEvent.RetrySucceeded;
import io.mainstay.persistence.serialization.JournalEvent;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The errors that a node is not done with. Immutable; who writes the events bounds their number.
 * Written as a snapshot; names and fields only grow.
 *
 * @param cases in the order of their opening
 */
public record CaseBookState(List<OpenCase> cases) implements JournalEvent {
  /** First part of the persistence id of each node's cases; fixed for ever. */
  public static final String TYPE = "Cases";

  public CaseBookState {
    cases = List.copyOf(cases);
  }

  /** Before the first case. */
  public static CaseBookState empty() {
    return new CaseBookState(List.of());
  }

  /** The open case of that error at that place. */
  public Optional<OpenCase> find(String code, String component) {
    return cases.stream().filter(one -> one.is(code, component)).findFirst();
  }

  /** What the event makes of this; an event of a case that is closed changes nothing. */
  public CaseBookState after(CaseEvent event) {
    Optional<OpenCase> known = find(event.code(), event.component());
    if (event instanceof CaseOpened opened) {
      OpenCase next = OpenCase.of(opened, known);
      return known.isPresent()
          ? with(event, Optional.of(next))
          : new CaseBookState(Stream.concat(cases.stream(), Stream.of(next)).toList());
    }
    return known.isEmpty() ? this : with(event, after(known.get(), event));
  }

  private static Optional<OpenCase> after(OpenCase known, CaseEvent event) {
    if (event instanceof RetryPlanned planned) {
      return Optional.of(
          known.with(
              new OpenCase.Attempt(
                  planned.kind(),
                  planned.recovery(),
                  planned.retry(),
                  planned.retriesMost(),
                  planned.failedRecoveryId(),
                  planned.nextRecoveryId(),
                  planned.dueAt(),
                  "")));
    }
    if (event instanceof RecoveryGivenUp given) {
      return Optional.of(
          known.with(
              new OpenCase.Attempt(
                  given.kind(),
                  given.recovery(),
                  given.retries(),
                  given.retries(),
                  given.failedRecoveryId(),
                  "",
                  given.meta().at(),
                  given.reason())));
    }
    if (event instanceof RetrySucceeded succeeded) {
      return Optional.of(known.without(succeeded.recovery()));
    }
    if (event instanceof CaseReleased) {
      return Optional.of(known.released());
    }
    if (event instanceof CaseProtected guarded) {
      return Optional.of(known.guardedBy(guarded));
    }
    if (event instanceof CaseHealed) {
      return Optional.of(known.asHealed());
    }
    return event instanceof CaseClosed ? Optional.empty() : Optional.of(known);
  }

  private CaseBookState with(CaseEvent event, Optional<OpenCase> next) {
    return new CaseBookState(
        cases.stream()
            .flatMap(
                one -> one.is(event.code(), event.component()) ? next.stream() : Stream.of(one))
            .toList());
  }
}
