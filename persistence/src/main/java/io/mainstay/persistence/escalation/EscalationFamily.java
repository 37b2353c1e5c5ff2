package io.mainstay.persistence.escalation;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
import java.util.Map;

/** Manifests of escalations. */
public final class EscalationFamily implements EventFamily {
  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("escalation.EscalationDecided.v1", EscalationEvent.EscalationDecided.class)
        .add("escalation.RecoveryCounted.v1", EscalationEvent.RecoveryCounted.class)
        .add("escalation.RecoveryNotBegun.v1", EscalationEvent.RecoveryNotBegun.class)
        .add("escalation.GateAcknowledged.v1", EscalationEvent.GateAcknowledged.class)
        .add("escalation.state.EscalationState.v1", EscalationState.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    EscalationSettings settings = EscalationSettings.of(root);
    return List.of(
        EntityFold.of(
            EscalationState.TYPE,
            EscalationState.empty(),
            EscalationEvent.class,
            (state, event) -> state.after(event, settings),
            false));
  }
}
