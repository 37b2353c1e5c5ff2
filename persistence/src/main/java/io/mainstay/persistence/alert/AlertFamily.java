package io.mainstay.persistence.alert;

import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
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
}
