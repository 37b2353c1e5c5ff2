package io.mainstay.persistence.serialization;

import java.util.function.BiFunction;
import java.util.function.LongFunction;

/**
 * How the state of one kind of entity follows from its events: what its recovery does, without an
 * actor. Pure.
 *
 * @param type what stands before the bar of its persistence ids, such as {@code Session}
 * @param family sealed interface of its events
 * @param empty before the first event
 * @param next state after one more event; throws if the event cannot follow
 * @param reach events that a state shows anything of but their number: the last so many; {@link
 *     Long#MAX_VALUE} for all
 * @param behind state after so many events when none of them shows any more
 * @param settled true if the state depends on the events alone; false if on settings too, such as
 *     how much is kept in memory
 */
public record EntityFold<S extends JournalEvent>(
    String type,
    Class<? extends CausedEvent> family,
    S empty,
    BiFunction<S, CausedEvent, S> next,
    long reach,
    LongFunction<S> behind,
    boolean settled) {

  /** The fold of an entity whose state shows all of its events, which are of one family. */
  public static <S extends JournalEvent, E extends CausedEvent> EntityFold<S> of(
      String type, S empty, Class<E> family, BiFunction<S, E, S> next, boolean settled) {
    return new EntityFold<>(
        type,
        family,
        empty,
        (state, event) -> next.apply(state, family.cast(event)),
        Long.MAX_VALUE,
        unused -> empty,
        settled);
  }

  /**
   * The state after one more event.
   *
   * @param state of this fold, as another call gave it or a snapshot had it
   * @throws IllegalStateException if the event cannot follow on that state
   */
  @SuppressWarnings("unchecked")
  public S after(JournalEvent state, CausedEvent event) {
    try {
      return next.apply((S) state, event);
    } catch (RuntimeException unfit) {
      throw new IllegalStateException(
          event.getClass().getSimpleName()
              + " cannot follow on state "
              + state.getClass().getSimpleName()
              + " of a "
              + type
              + ": "
              + unfit.getMessage(),
          unfit);
    }
  }
}
