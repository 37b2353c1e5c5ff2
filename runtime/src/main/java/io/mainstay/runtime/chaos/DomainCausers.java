package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.client.ClientException;
import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Defects of the domains' own actors, acted out while there is work for them. */
final class DomainCausers {
  private static final String INFERENCE = "inference";
  private static final Duration BOUND = Duration.ofSeconds(60);

  private DomainCausers() {}

  /** The actor fails with the next message, and there are messages. */
  static Instant fails(ChaosStage stage, String component) throws IOException {
    stage.work().submitTexts();
    long before = stage.faults(ErrorNames.COMPONENT_FAILURE);
    Instant at = Instant.now();
    stage.fail(component, false);
    try {
      stage.work().submitTexts();
    } catch (ClientException lost) {
      // The message that met the defect was this one: it was never accepted.
      stage.note("not accepted: " + lost.getMessage());
    }
    if (!stage.comesTrue(BOUND, () -> messageCameTo(stage, before))) {
      throw CliFailure.failed(
          component + " got no message within " + BOUND.toSeconds() + " s", "see the node's log");
    }
    return at;
  }

  /** Whether it failed; a question that reaches every component if not. */
  private static boolean messageCameTo(ChaosStage stage, long before) {
    try {
      if (stage.faults(ErrorNames.COMPONENT_FAILURE) > before) {
        return true;
      }
      stage.client().status();
      return false;
    } catch (ClientException lost) {
      stage.note("not answered: " + lost.getMessage());
      return false;
    }
  }

  /** The domain's actor fails with every message, until nobody restarts it any more. */
  static Instant givesUp(ChaosStage stage, String device) throws IOException {
    stage.work().submitTexts();
    long before = stage.faults(ErrorNames.PERSISTENT_COMPONENT_FAILURE);
    Instant at = Instant.now();
    stage.fail(INFERENCE, true);
    boolean gaveUp = stage.comesTrue(BOUND, () -> workCameTo(stage, before));
    if (!gaveUp) {
      throw CliFailure.failed(
          "the inference domain was still restarted after " + BOUND.toSeconds() + " s",
          "see the node's log");
    }
    return at;
  }

  /** Whether it is over; more work for it if not. */
  private static boolean workCameTo(ChaosStage stage, long before) {
    try {
      if (stage.faults(ErrorNames.PERSISTENT_COMPONENT_FAILURE) > before) {
        return true;
      }
      stage.work().submitFew();
      return false;
    } catch (ClientException begunAnew) {
      // The domains begin anew, and the gateway with them.
      return false;
    } catch (IOException unreadable) {
      throw CliFailure.failed(unreadable.getMessage(), "run it again", unreadable);
    }
  }
}
