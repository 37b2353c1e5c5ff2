package io.mainstay.actors.recovery.action;

import io.mainstay.actors.recovery.action.consistency.ReconcileActions;
import io.mainstay.actors.recovery.action.device.AllocationActions;
import io.mainstay.actors.recovery.action.device.DeviceFailureActions;
import io.mainstay.actors.recovery.action.device.DiscoveryActions;
import io.mainstay.actors.recovery.action.device.FailedDevices;
import io.mainstay.actors.recovery.action.device.FailoverActions;
import io.mainstay.actors.recovery.action.device.ThrottleActions;
import io.mainstay.actors.recovery.action.inference.CorruptionActions;
import io.mainstay.actors.recovery.action.inference.EngineActions;
import io.mainstay.actors.recovery.action.inference.FallbackDevices;
import io.mainstay.actors.recovery.action.inference.FallbackModels;
import io.mainstay.actors.recovery.action.inference.RouteActions;
import io.mainstay.actors.recovery.action.inference.ScalingActions;
import io.mainstay.actors.recovery.action.inference.WorkDeferral;
import io.mainstay.actors.recovery.action.memory.MemoryGauge;
import io.mainstay.actors.recovery.action.memory.MemoryRecoveries;
import io.mainstay.actors.recovery.action.model.CacheActions;
import io.mainstay.actors.recovery.action.model.LoadDeadlockActions;
import io.mainstay.actors.recovery.action.model.StandInActions;
import io.mainstay.actors.recovery.action.platform.ReconnectionActions;
import io.mainstay.actors.recovery.action.platform.WorkActions;
import io.mainstay.actors.recovery.action.postprocessing.PostprocessingActions;
import io.mainstay.actors.recovery.action.postprocessing.QualityActions;
import io.mainstay.actors.recovery.action.postprocessing.SafetyActions;
import io.mainstay.actors.recovery.action.processing.CheckpointRecoveryActions;
import io.mainstay.actors.recovery.action.processing.ClaimActions;
import io.mainstay.actors.recovery.action.processing.QueueActions;
import io.mainstay.actors.recovery.action.processing.SessionHoldActions;
import io.mainstay.actors.recovery.action.processing.SessionReconstructionActions;
import io.mainstay.actors.recovery.action.processing.TemplateActions;
import io.mainstay.actors.recovery.action.processing.ValidationActions;
import io.mainstay.actors.recovery.engine.RecoveryActions;

/** Every action that a step of the catalogs can name. */
public final class AllActions {
  private AllActions() {}

  /**
   * On that floor.
   *
   * @param failed what was on devices that failed
   */
  public static RecoveryActions on(ActionFloor floor, FailedDevices failed) {
    RecoveryActions.Builder actions = new RecoveryActions.Builder();
    DeviceFailureActions.add(actions, floor, failed);
    FailoverActions.add(actions, floor, failed);
    DiscoveryActions.add(actions, floor);
    AllocationActions.add(actions, floor);
    ThrottleActions.add(actions, floor);
    MemoryRecoveries.add(actions, floor, MemoryGauge.of(floor));
    ReconcileActions.add(actions, floor);
    EngineActions.add(actions, floor);
    FallbackDevices.add(actions, floor, failed);
    FallbackModels.add(actions, floor, failed);
    WorkDeferral.add(actions, floor);
    CorruptionActions.add(actions, floor);
    RouteActions.add(actions, floor);
    ScalingActions.add(actions, floor);
    ReconnectionActions.add(actions, floor);
    WorkActions.add(actions, floor);
    PostprocessingActions.add(actions, floor);
    SafetyActions.add(actions, floor);
    QualityActions.add(actions, floor);
    CacheActions.add(actions, floor);
    StandInActions.add(actions, floor);
    LoadDeadlockActions.add(actions, floor);
    SessionHoldActions.add(actions, floor);
    CheckpointRecoveryActions.add(actions, floor);
    SessionReconstructionActions.add(actions, floor);
    QueueActions.add(actions, floor);
    ClaimActions.add(actions, floor);
    TemplateActions.add(actions, floor);
    ValidationActions.add(actions, floor);
    return ActionParameters.declare(actions).build();
  }
}
