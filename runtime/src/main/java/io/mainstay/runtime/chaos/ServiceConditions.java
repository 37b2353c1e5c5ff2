package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.ErrorNames;
import java.time.Instant;
import java.util.List;

/** What goes wrong with the service that administrators are told by. */
final class ServiceConditions {
  private static final int TOO_MANY = 429;
  private static final int UNAVAILABLE = 503;
  private static final int AFTER_SECONDS = 2;

  /** Has something to tell: whoever sets a mode by hand has administrators hear of it. */
  private static final String MODE = "performance_conservation_mode";

  /** It is called too often, and says when it may be called again. */
  static final Condition ALERTS_LIMITED =
      service("alerts-limited", ErrorNames.RATE_LIMIT)
          .endedBy((stage, device) -> stage.hook().takes())
          .by((stage, device) -> told(stage, () -> stage.hook().refuses(TOO_MANY, AFTER_SECONDS)));

  /** Its key is another one, which only later lies where the node reads it. */
  static final Condition ALERTS_KEY_CHANGED =
      service("alerts-key-changed", ErrorNames.AUTHENTICATION_FAILURE)
          .endedBy((stage, device) -> stage.hook().tellKey())
          .by((stage, device) -> told(stage, () -> stage.hook().changeKey()));

  /** It fails. */
  static final Condition ALERTS_FAILING =
      service("alerts-failing", ErrorNames.API_FAILURE)
          .endedBy((stage, device) -> stage.hook().takes())
          .by((stage, device) -> told(stage, () -> stage.hook().refuses(UNAVAILABLE, 0)));

  /** All of them. */
  static final List<Condition> ALL = List.of(ALERTS_LIMITED, ALERTS_KEY_CHANGED, ALERTS_FAILING);

  private ServiceConditions() {}

  private static Condition.Builder service(String name, ErrorNames error) {
    return Condition.named(name, error).needs(Need.OWN_NODE).on(Setup.ALERTING).mustEnd();
  }

  private static Instant told(ChaosStage stage, Runnable trouble) {
    trouble.run();
    Instant at = Instant.now();
    stage.client().setMode(MODE, "", true, "a chaos run has something to tell");
    stage.client().clearMode(MODE, "", "a chaos run has told it");
    return at;
  }
}
