package io.mainstay.actors.recovery.action;

import io.mainstay.actors.recovery.action.inference.AlternativePaths;
import io.mainstay.actors.recovery.action.inference.CorruptionActions;
import io.mainstay.actors.recovery.action.inference.EngineActions;
import io.mainstay.actors.recovery.action.inference.RouteActions;
import io.mainstay.actors.recovery.action.inference.ScalingActions;
import io.mainstay.actors.recovery.action.model.CacheActions;
import io.mainstay.actors.recovery.action.model.StandInActions;
import io.mainstay.actors.recovery.action.platform.ReconnectionActions;
import io.mainstay.actors.recovery.action.platform.WorkActions;
import io.mainstay.actors.recovery.action.postprocessing.PostprocessingActions;
import io.mainstay.actors.recovery.action.postprocessing.QualityActions;
import io.mainstay.actors.recovery.action.postprocessing.SafetyActions;
import io.mainstay.actors.recovery.engine.RecoveryActions;

/** Every action that a step of the catalogs can name. */
public final class AllActions {
  private AllActions() {}

  /** On that floor. */
  public static RecoveryActions on(ActionFloor floor) {
    RecoveryActions.Builder actions = new RecoveryActions.Builder();
    EngineActions.add(actions, floor);
    AlternativePaths.add(actions, floor);
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
    return actions.build();
  }
}
