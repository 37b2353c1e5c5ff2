package io.mainstay.persistence.casebook;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
import java.util.Map;

/** Manifests of cases. */
public final class CaseFamily implements EventFamily {
  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("case.CaseOpened.v1", CaseEvent.CaseOpened.class)
        .add("case.RetryPlanned.v1", CaseEvent.RetryPlanned.class)
        .add("case.RecoveryGivenUp.v1", CaseEvent.RecoveryGivenUp.class)
        .add("case.RetrySucceeded.v1", CaseEvent.RetrySucceeded.class)
        .add("case.CaseReleased.v1", CaseEvent.CaseReleased.class)
        .add("case.CaseProtected.v1", CaseEvent.CaseProtected.class)
        .add("case.CaseHealed.v1", CaseEvent.CaseHealed.class)
        .add("case.CaseClosed.v1", CaseEvent.CaseClosed.class)
        .add("case.state.CaseBookState.v1", CaseBookState.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    return List.of(
        EntityFold.of(
            CaseBookState.TYPE,
            CaseBookState.empty(),
            CaseEvent.class,
            (state, event) -> state.after(event),
            true));
  }
}
