package io.mainstay.persistence.recovery;

import io.mainstay.persistence.serialization.JournalEvent;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the events of a recovery amount to, without waking its entity. Pure. */
public final class RecoveryHistory {
  private RecoveryHistory() {}

  /**
   * The recovery after those events.
   *
   * @param events of one recovery from its first, in order; those of others are left out
   * @return empty if it was not begun
   */
  public static Optional<RecoveryView> view(List<? extends JournalEvent> events) {
    RecoveryState state = RecoveryState.empty();
    for (JournalEvent event : events) {
      if (event instanceof RecoveryEvent ours) {
        state = state.after(ours);
      }
    }
    return state.plan() == null ? Optional.empty() : Optional.of(view(state));
  }

  static RecoveryView view(RecoveryState state) {
    return new RecoveryView(
        state.recoveryId(),
        state.plan(),
        name(state.phase()),
        state.steps().stream()
            .map(
                step ->
                    new RecoveryView.StepView(
                        step.number(),
                        name(step.status()),
                        step.attempts(),
                        step.evidence(),
                        step.sharedWith()))
            .toList(),
        state.code(),
        state.message(),
        state.begunAt(),
        state.endedAt(),
        state.redrives());
  }

  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
