package io.mainstay.persistence.restoration;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
import java.util.Map;

/** Manifests of the way back. */
public final class RestorationFamily implements EventFamily {
  /** A node's way back follows from its events alone. */
  public static final EntityFold<RestorationState> FOLD =
      EntityFold.of(
          RestorationState.TYPE,
          RestorationState.empty(),
          RestorationEvent.class,
          (state, event) -> state.after(event),
          true);

  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("restoration.RestorationBegun.v1", RestorationEvent.RestorationBegun.class)
        .add("restoration.PhasePassed.v1", RestorationEvent.PhasePassed.class)
        .add("restoration.PhaseFailed.v1", RestorationEvent.PhaseFailed.class)
        .add("restoration.ModesRestored.v1", RestorationEvent.ModesRestored.class)
        .add("restoration.ActionsCompleted.v1", RestorationEvent.ActionsCompleted.class)
        .add("restoration.IntakeRaised.v1", RestorationEvent.IntakeRaised.class)
        .add("restoration.Relapsed.v1", RestorationEvent.Relapsed.class)
        .add("restoration.RestorationEnded.v1", RestorationEvent.RestorationEnded.class)
        .add("restoration.FiguresTaken.v1", RestorationEvent.FiguresTaken.class)
        .add("restoration.IntakeReleased.v1", RestorationEvent.IntakeReleased.class)
        .add("restoration.state.RestorationState.v1", RestorationState.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    return List.of(FOLD);
  }
}
