package io.mainstay.actors.processing;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.Restrictions;
import java.time.Duration;

/**
 * How long a step of a batch may take now: longer while a mode slows everything down, never longer
 * than the strictest mode allows.
 */
final class StepTime {
  private StepTime() {}

  static Duration of(ActorSystem<?> system, Duration normal) {
    return of(InForce.on(system), normal);
  }

  static Duration of(Restrictions modes, Duration normal) {
    Duration extended = modes.work().time(normal);
    Duration most = modes.inference().timeMax();
    return extended.compareTo(most) <= 0 ? extended : most;
  }
}
