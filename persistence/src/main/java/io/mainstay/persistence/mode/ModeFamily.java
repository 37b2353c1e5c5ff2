package io.mainstay.persistence.mode;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
import java.util.Map;

/** Manifests of modes. */
public final class ModeFamily implements EventFamily {
  /** A node's modes follow from their events alone. */
  public static final EntityFold<ModeState> FOLD =
      EntityFold.of(
          ModeState.TYPE,
          ModeState.empty(),
          ModeEvent.class,
          (state, event) -> state.after(event),
          true);

  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("mode.GroundTaken.v1", ModeEvent.GroundTaken.class)
        .add("mode.GroundDropped.v1", ModeEvent.GroundDropped.class)
        .add("mode.ModeEntered.v1", ModeEvent.ModeEntered.class)
        .add("mode.ModeLeft.v1", ModeEvent.ModeLeft.class)
        .add("mode.OverrideSet.v1", ModeEvent.OverrideSet.class)
        .add("mode.OverrideCleared.v1", ModeEvent.OverrideCleared.class)
        .add("mode.state.ModeState.v1", ModeState.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    return List.of(FOLD);
  }
}
