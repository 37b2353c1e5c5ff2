package io.mainstay.persistence.saga;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
import java.util.Map;

/** Manifests of saga events and states. */
public final class SagaFamily implements EventFamily {
  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("saga.SagaStarted.v1", SagaEvent.SagaStarted.class)
        .add("saga.StepStarted.v1", SagaEvent.StepStarted.class)
        .add("saga.StepSucceeded.v1", SagaEvent.StepSucceeded.class)
        .add("saga.StepFailed.v1", SagaEvent.StepFailed.class)
        .add("saga.CompensationStarted.v1", SagaEvent.CompensationStarted.class)
        .add("saga.CompensationSucceeded.v1", SagaEvent.CompensationSucceeded.class)
        .add("saga.CompensationFailed.v1", SagaEvent.CompensationFailed.class)
        .add("saga.VerificationStarted.v1", SagaEvent.VerificationStarted.class)
        .add("saga.ReleaseVerified.v1", SagaEvent.ReleaseVerified.class)
        .add("saga.ReleaseIncomplete.v1", SagaEvent.ReleaseIncomplete.class)
        .add("saga.SagaRedriven.v1", SagaEvent.SagaRedriven.class)
        .add("saga.SagaCompleted.v1", SagaEvent.SagaCompleted.class)
        .add("saga.SagaCompensated.v1", SagaEvent.SagaCompensated.class)
        .add("saga.SagaStuck.v1", SagaEvent.SagaStuck.class)
        .add("saga.state.SagaState.v1", SagaState.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    return List.of(
        EntityFold.of(Sagas.TYPE, SagaState.empty(), SagaEvent.class, SagaState::after, true));
  }
}
