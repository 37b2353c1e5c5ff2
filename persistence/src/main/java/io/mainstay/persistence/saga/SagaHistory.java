package io.mainstay.persistence.saga;

import io.mainstay.persistence.saga.SagaProtocol.SagaView;
import io.mainstay.persistence.serialization.JournalEvent;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the events of a saga amount to, without waking its entity. Pure. */
public final class SagaHistory {
  private SagaHistory() {}

  /**
   * The saga after those events.
   *
   * @param events of one saga from its first, in order; those of others are left out
   * @return empty if it was not started
   */
  public static Optional<SagaView> view(List<? extends JournalEvent> events) {
    SagaState state = SagaState.empty();
    for (JournalEvent event : events) {
      if (event instanceof SagaEvent ours) {
        state = state.after(ours);
      }
    }
    return state.phase() == SagaState.Phase.NEW ? Optional.empty() : Optional.of(view(state));
  }

  static SagaView view(SagaState state) {
    return new SagaView(
        state.sagaId(),
        state.plan(),
        name(state.phase()),
        state.steps().stream()
            .map(
                step ->
                    new SagaProtocol.StepView(
                        step.step(), name(step.status()), step.evidence(), step.undoAttempts()))
            .toList(),
        state.code(),
        state.message(),
        state.startedAt(),
        state.endedAt(),
        state.redrives());
  }

  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
