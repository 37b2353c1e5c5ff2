package io.mainstay.persistence.history;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
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
        .add("node.SessionPaused.v1", NodeEvent.SessionPaused.class)
        .add("node.SessionResumed.v1", NodeEvent.SessionResumed.class)
        .add("node.RecoveryStep.v1", NodeEvent.RecoveryStep.class)
        .add("safety.SafetyPolicyAdopted.v1", SafetyPolicyEvent.SafetyPolicyAdopted.class)
        .add("outage.StateFrozen.v1", OutageEvent.StateFrozen.class)
        .add("outage.ReconnectionAttempted.v1", OutageEvent.ReconnectionAttempted.class)
        .add("outage.Reconnected.v1", OutageEvent.Reconnected.class)
        .add("outage.ModelStateDiverged.v1", OutageEvent.ModelStateDiverged.class)
        .add("outage.StateReconciled.v1", OutageEvent.StateReconciled.class)
        .add("outage.DependentsNotified.v1", OutageEvent.DependentsNotified.class)
        .add("outage.FailoverDecided.v1", OutageEvent.FailoverDecided.class)
        .add("outage.StateThawed.v1", OutageEvent.StateThawed.class)
        .add("outage.FailoverActivated.v1", OutageEvent.FailoverActivated.class)
        .add("outage.FailoverActivated.v2", OutageEvent.FailoverActivated.class)
        .add("outage.FailoverEnded.v1", OutageEvent.FailoverEnded.class)
        .add("consistency.DivergenceFound.v1", ConsistencyEvent.DivergenceFound.class)
        .add("consistency.DivergenceFound.v2", ConsistencyEvent.DivergenceFound.class)
        .add("consistency.DivergenceRepaired.v1", ConsistencyEvent.DivergenceRepaired.class)
        .add("consistency.RepairStarted.v1", ConsistencyEvent.RepairStarted.class)
        .add("consistency.RepairEnded.v1", ConsistencyEvent.RepairEnded.class)
        .add("history.state.HistoryState.v1", HistoryState.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    int kept = HistorySettings.of(root).recentEvents();
    return List.of(
        fold(HistoryLog.DEVICE, DeviceEvent.class, kept),
        fold(HistoryLog.FAULTS, FaultEvent.class, kept),
        fold(HistoryLog.DEAD_LETTERS, DeadLetterEvent.class, kept),
        fold(HistoryLog.NODE, NodeEvent.class, kept),
        fold(HistoryLog.SAFETY_POLICY, SafetyPolicyEvent.class, kept),
        fold(HistoryLog.OUTAGES, OutageEvent.class, kept),
        fold(HistoryLog.CONSISTENCY, ConsistencyEvent.class, kept));
  }

  /** The fold of a log that keeps so many events. */
  static EntityFold<HistoryState> fold(String type, Class<? extends CausedEvent> family, int kept) {
    return new EntityFold<>(
        type,
        family,
        HistoryState.empty(),
        (state, event) -> state.with(family.cast(event), kept),
        kept,
        recorded -> new HistoryState(recorded, List.of()),
        false);
  }
}
