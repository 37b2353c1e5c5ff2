package io.mainstay.actors.recovery.action;

import io.mainstay.actors.recovery.action.inference.EngineActions;
import io.mainstay.actors.recovery.action.model.CacheActions;
import io.mainstay.actors.recovery.action.model.LoadDeadlockActions;
import io.mainstay.actors.recovery.action.model.StandInActions;
import io.mainstay.actors.recovery.action.processing.ClaimActions;
import io.mainstay.actors.recovery.action.processing.QueueActions;
import io.mainstay.actors.recovery.action.processing.SessionHoldActions;
import io.mainstay.actors.recovery.action.processing.SessionRecoveryActions;
import io.mainstay.actors.recovery.action.processing.TemplateActions;
import io.mainstay.actors.recovery.action.processing.ValidationActions;
import io.mainstay.actors.recovery.engine.RecoveryActions;

/** Every action that a step of the catalogs can name. */
public final class AllActions {
  private AllActions() {}

  /** On that floor. */
  public static RecoveryActions on(ActionFloor floor) {
    RecoveryActions.Builder actions = new RecoveryActions.Builder();
    EngineActions.add(actions, floor);
    CacheActions.add(actions, floor);
    StandInActions.add(actions, floor);
    LoadDeadlockActions.add(actions, floor);
    SessionHoldActions.add(actions, floor);
    SessionRecoveryActions.add(actions, floor);
    QueueActions.add(actions, floor);
    ClaimActions.add(actions, floor);
    TemplateActions.add(actions, floor);
    ValidationActions.add(actions, floor);
    return actions.build();
  }
}
