package io.mainstay.persistence.alert;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
import java.util.Map;

/** Manifests of alerts. */
public final class AlertFamily implements EventFamily {
  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("alert.AlertRaised.v1", AlertEvent.AlertRaised.class)
        .add("alert.AlertAcknowledged.v1", AlertEvent.AlertAcknowledged.class)
        .add("alert.AlertCleared.v1", AlertEvent.AlertCleared.class)
        .add("alert.state.AlertState.v1", AlertState.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    int kept = AlertSettings.of(root).pastKept();
    return List.of(
        EntityFold.of(
            AlertState.TYPE,
            AlertState.empty(),
            AlertEvent.class,
            (state, event) -> state.after(event, kept),
            false));
  }
}
