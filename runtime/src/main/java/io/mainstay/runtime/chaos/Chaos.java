package io.mainstay.runtime.chaos;

import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.node.ScratchDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs a scenario, on a node of its own or on one that somebody else runs. */
public final class Chaos {
  private static final String TEMPORARY = "temporary";

  private final ChaosSettings settings;
  private final ChaosNarrator narrator;

  public Chaos(ChaosSettings settings, ChaosNarrator narrator) {
    this.settings = settings;
    this.narrator = narrator;
  }

  /**
   * On a temporary node.
   *
   * @param length of a storm, or how long to repeat another scenario; null for the default: a
   *     storm's own length, one round of another
   */
  public ChaosDocument onOwnNode(Scenario scenario, long seed, Duration length) throws IOException {
    boolean losesDevice = scenario.conditions().contains(Condition.DEVICE_LOST);
    try (ChaosNode node = ChaosNode.start(losesDevice, scenario.fillsDisk())) {
      return run(node.stage(), scenario, seed, length, TEMPORARY);
    }
  }

  /**
   * On a node that runs, with what needs no fault injection there.
   *
   * @param name how the document names it
   */
  public ChaosDocument onNode(
      MainstayClient client, String name, Scenario scenario, long seed, Duration length)
      throws IOException {
    try (ScratchDirectory files = ScratchDirectory.create("chaos")) {
      return run(ChaosStage.of(client, files.path()), scenario, seed, length, name);
    }
  }

  /** On any stage. */
  ChaosDocument run(ChaosStage stage, Scenario scenario, long seed, Duration length, String name)
      throws IOException {
    List<Condition> allowed = scenario.conditions().stream().filter(stage::allows).toList();
    if (allowed.isEmpty()) {
      throw CliFailure.usage(
          scenario.wireName()
              + " cannot be done to a node that somebody else runs: it needs fault injection, or"
              + " signals to workers of this machine, or files and settings of its own",
          "leave --node and --data out, and it gets a node of its own");
    }
    if (scenario == Scenario.STORM) {
      Duration whole = length == null ? settings.stormLength() : length;
      int count = (int) Math.max(1, whole.toMillis() / settings.stormEvery().toMillis());
      StormPlan plan = StormPlan.of(seed, whole, count, allowed, stage.devices());
      return new StormRun(stage, settings, narrator).run(plan, seed, name);
    }
    ChaosRun run = new ChaosRun(stage, settings, narrator);
    // The node has something to lose.
    stage.work().submitTexts();
    long end = System.nanoTime() + (length == null ? 0 : length.toNanos());
    int round = 0;
    do {
      run.round(Scenario.round(seed, round, allowed, stage.devices()));
      round++;
    } while (System.nanoTime() - end < 0);
    return run.document(scenario.wireName(), seed, name, null);
  }
}
