package io.mainstay.persistence.recovery;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
import java.util.Map;

/** Manifests of recovery events and states. */
public final class RecoveryFamily implements EventFamily {
  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("recovery.RecoveryBegun.v1", RecoveryEvent.RecoveryBegun.class)
        .add("recovery.RecoveryStepBegun.v1", RecoveryEvent.RecoveryStepBegun.class)
        .add("recovery.RecoveryStepDone.v1", RecoveryEvent.RecoveryStepDone.class)
        .add("recovery.RecoveryStepFailed.v1", RecoveryEvent.RecoveryStepFailed.class)
        .add("recovery.RecoveryTurnedBack.v1", RecoveryEvent.RecoveryTurnedBack.class)
        .add("recovery.RollbackBegun.v1", RecoveryEvent.RollbackBegun.class)
        .add("recovery.RollbackDone.v1", RecoveryEvent.RollbackDone.class)
        .add("recovery.RollbackFailed.v1", RecoveryEvent.RollbackFailed.class)
        .add("recovery.RecoveryRequested.v1", RecoveryEvent.RecoveryRequested.class)
        .add("recovery.RecoveryRedriven.v1", RecoveryEvent.RecoveryRedriven.class)
        .add("recovery.RecoveryEnded.v1", RecoveryEvent.RecoveryEnded.class)
        .add("recovery.state.RecoveryState.v1", RecoveryState.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    return List.of(
        EntityFold.of(
            Recoveries.TYPE,
            RecoveryState.empty(),
            RecoveryEvent.class,
            RecoveryState::after,
            true));
  }
}
