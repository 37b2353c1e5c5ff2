package io.mainstay.persistence.history;

import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.Map;

/** Manifests of the node's logs. */
public final class HistoryFamily implements EventFamily {
  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("device.DeviceRegistered.v1", DeviceEvent.DeviceRegistered.class)
        .add("device.WorkerLaunched.v1", DeviceEvent.WorkerLaunched.class)
        .add("device.WorkerReady.v1", DeviceEvent.WorkerReady.class)
        .add("device.WorkerSuspected.v1", DeviceEvent.WorkerSuspected.class)
        .add("device.WorkerCleared.v1", DeviceEvent.WorkerCleared.class)
        .add("device.WorkerDied.v1", DeviceEvent.WorkerDied.class)
        .add("device.WorkerRecovered.v1", DeviceEvent.WorkerRecovered.class)
        .add("device.RestartScheduled.v1", DeviceEvent.RestartScheduled.class)
        .add("device.BudgetSpent.v1", DeviceEvent.BudgetSpent.class)
        .add("device.DirectiveApplied.v1", DeviceEvent.DirectiveApplied.class)
        .add("fault.FaultRaised.v1", FaultEvent.FaultRaised.class)
        .add("fault.DirectiveChosen.v1", FaultEvent.DirectiveChosen.class)
        .add("fault.ComponentStopped.v1", FaultEvent.ComponentStopped.class)
        .add("deadletter.DeadLetterStored.v1", DeadLetterEvent.DeadLetterStored.class)
        .add("deadletter.DeadLetterPurged.v1", DeadLetterEvent.DeadLetterPurged.class)
        .add("deadletter.DeadLetterRedriven.v1", DeadLetterEvent.DeadLetterRedriven.class)
        .add("node.NodeStarted.v1", NodeEvent.NodeStarted.class)
        .add("node.NodeStopped.v1", NodeEvent.NodeStopped.class)
        .add("node.IntakePaused.v1", NodeEvent.IntakePaused.class)
        .add("node.IntakeResumed.v1", NodeEvent.IntakeResumed.class)
        .add("safety.SafetyPolicyAdopted.v1", SafetyPolicyEvent.SafetyPolicyAdopted.class)
        .add("outage.StateFrozen.v1", OutageEvent.StateFrozen.class)
        .add("outage.ReconnectionAttempted.v1", OutageEvent.ReconnectionAttempted.class)
        .add("outage.Reconnected.v1", OutageEvent.Reconnected.class)
        .add("outage.ModelStateDiverged.v1", OutageEvent.ModelStateDiverged.class)
        .add("outage.StateReconciled.v1", OutageEvent.StateReconciled.class)
        .add("outage.StateThawed.v1", OutageEvent.StateThawed.class)
        .add("outage.FailoverActivated.v1", OutageEvent.FailoverActivated.class)
        .add("outage.FailoverEnded.v1", OutageEvent.FailoverEnded.class)
        .add("history.state.HistoryState.v1", HistoryState.class)
        .build();
  }
}
