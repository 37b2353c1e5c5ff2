package io.mainstay.persistence.session;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
import java.util.Map;

/** Manifests of session events and states. */
public final class SessionFamily implements EventFamily {
  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("session.WorkflowAccepted.v1", SessionEvent.WorkflowAccepted.class)
        .add("session.PlanMade.v1", SessionEvent.PlanMade.class)
        .add("session.BatchDispatched.v1", SessionEvent.BatchDispatched.class)
        .add("session.BatchInterrupted.v1", SessionEvent.BatchInterrupted.class)
        .add("session.BatchInterrupted.v2", SessionEvent.BatchInterrupted.class)
        .add("session.BatchCheckpointed.v1", SessionEvent.BatchCheckpointed.class)
        .add("session.BatchCheckpointed.v2", SessionEvent.BatchCheckpointed.class)
        .add("session.CheckpointRestored.v1", SessionEvent.CheckpointRestored.class)
        .add("session.WorkflowRestarted.v1", SessionEvent.WorkflowRestarted.class)
        .add("session.BatchReplanned.v1", SessionEvent.BatchReplanned.class)
        .add("session.BatchCompleted.v1", SessionEvent.BatchCompleted.class)
        .add("session.DocumentPoisoned.v1", SessionEvent.DocumentPoisoned.class)
        .add("session.OutputsWritten.v1", SessionEvent.OutputsWritten.class)
        .add("session.OutputsWritten.v2", SessionEvent.OutputsWritten.class)
        .add("session.WorkflowDegraded.v1", SessionEvent.WorkflowDegraded.class)
        .add("session.WorkflowCompleted.v1", SessionEvent.WorkflowCompleted.class)
        .add("session.WorkflowFailed.v1", SessionEvent.WorkflowFailed.class)
        .add("session.WorkflowCancelled.v1", SessionEvent.WorkflowCancelled.class)
        .add("session.state.Empty.v1", SessionState.Empty.class)
        .add("session.state.Accepted.v1", SessionState.Accepted.class)
        .add("session.state.Running.v1", SessionState.Running.class)
        .add("session.state.Completed.v1", SessionState.Completed.class)
        .add("session.state.Failed.v1", SessionState.Failed.class)
        .add("session.state.Cancelled.v1", SessionState.Cancelled.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    return List.of(
        EntityFold.of(
            Sessions.TYPE, new SessionState.Empty(), SessionEvent.class, SessionFold::after, true));
  }
}
