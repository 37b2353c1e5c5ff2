package io.mainstay.runtime.chaos;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.runtime.cli.CliFailure;
import java.io.IOException;
import java.time.Duration;

/**
 * Has more than 30 % of a node's components fail at once while work goes on and submissions are
 * made: the node protects itself, defers what it does not take with a time to come again, finds its
 * way back when it can, and in the end takes all that is offered. Confined to one thread.
 */
final class ProtectionRun {
  private static final int ALL = 100;

  private final ChaosStage stage;
  private final ChaosSettings settings;
  private final ChaosNarrator narrator;
  private final StormWork work;

  /** The least share of the offered work that was seen on the way back, percent. */
  private int least = ALL;

  ProtectionRun(ChaosStage stage, ChaosSettings settings, ChaosNarrator narrator) {
    this.stage = stage;
    this.settings = settings;
    this.narrator = narrator;
    this.work = new StormWork(stage);
  }

  /** Runs it; {@code node} is how the document names it. */
  ChaosDocument run(StormPlan.Blow blow, long seed, String node) throws IOException {
    work.keepUp();
    ChaosRun run = new ChaosRun(stage, settings, narrator);
    ChaosDocument.IntakeFigures intake;
    try (IntakeProbe probe = IntakeProbe.start(stage.work()::submitFew, settings)) {
      int index = run.strike(blow);
      try {
        require(
            run.until(settings.recoveredBound(), () -> run.isFound(index) && protects()),
            "the node did not protect itself",
            settings.recoveredBound());
        narrator.says("node", "protects itself: " + stage.client().status().mode());
        require(
            run.until(settings.foundBound(), () -> probe.figures().deferred() > 0),
            "the node deferred nothing while it protected itself",
            settings.foundBound());
      } finally {
        run.mend(blow);
      }
      run.until(settings.recoveredBound(), () -> takesAll() || run.areOver());
      run.awaitHealthy(this::takesAll);
      require(
          run.until(settings.healthyBound(), this::takesAll),
          "the node does not take all that is offered again",
          settings.healthyBound());
      narrator.says("node", "takes all that is offered again");
      intake = probe.stop();
    }
    work.awaitOver(settings.workBound());
    return run.document(Scenario.PROTECTION_STORM.wireName(), seed, node, intake, null);
  }

  private boolean protects() {
    String mode = stage.client().status().mode();
    return mode.contains("emergency_mode") || mode.contains("system_protection_mode");
  }

  /** Having gone all its way back: a node that never took less does not count. */
  private boolean takesAll() {
    GatewayReply.RestorationLine back = stage.client().modes().restoration();
    least = back == null ? least : Math.min(least, back.intakePercent());
    return least < ALL
        && stage.client().status().mode().equals("normal")
        && (back == null || back.intakePercent() == ALL);
  }

  private static void require(boolean holds, String what, Duration bound) {
    if (!holds) {
      throw CliFailure.failed(
          what + " within " + bound.toSeconds() + " s", "see 'mainstay mode' and the node's log");
    }
  }
}
