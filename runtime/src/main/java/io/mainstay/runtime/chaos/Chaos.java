package io.mainstay.runtime.chaos;

import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.node.ScratchDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Runs a scenario, on a node of its own or on one that somebody else runs. */
public final class Chaos {
  private static final String TEMPORARY = "temporary";

  private final ChaosSettings settings;
  private final ChaosNarrator narrator;
  private final Set<Condition> kinds;

  /**
   * Chaos of all kinds that a scenario has.
   *
   * @param narrator hears of it as it happens
   */
  public Chaos(ChaosSettings settings, ChaosNarrator narrator) {
    this(settings, narrator, Set.copyOf(Conditions.all()));
  }

  /**
   * Chaos of some kinds.
   *
   * @param kinds that scenarios may draw from
   */
  public Chaos(ChaosSettings settings, ChaosNarrator narrator, Set<Condition> kinds) {
    this.kinds = Set.copyOf(kinds);
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
    checkLength(scenario, length);
    List<Condition> wanted = scenario.conditions().stream().filter(kinds::contains).toList();
    try (ChaosNode node = ChaosNode.start(setup(wanted))) {
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
    checkLength(scenario, length);
    try (ScratchDirectory files = ScratchDirectory.create("chaos")) {
      return run(ChaosStage.of(client, files.path()), scenario, seed, length, name);
    }
  }

  /**
   * Brings conditions about, one after the other, on a temporary node that is healthy before each.
   *
   * @param blows whose times do not matter
   * @param told hears what came of each
   * @param skipped hears which were left out, and why
   */
  public ChaosDocument each(
      List<StormPlan.Blow> blows,
      Consumer<ChaosDocument.Fault> told,
      BiConsumer<Condition, String> skipped)
      throws IOException {
    try (ChaosNode node =
        ChaosNode.start(setup(blows.stream().map(StormPlan.Blow::condition).toList()))) {
      ChaosRun run = new ChaosRun(node.stage(), settings, narrator);
      for (StormPlan.Blow blow : blows) {
        List<String> missing = node.stage().missing(blow.condition());
        if (missing.isEmpty()) {
          told.accept(run.roundOrFailure(blow));
        } else {
          skipped.accept(blow.condition(), "needs " + String.join(" and ", missing));
        }
      }
      return run.document("each", 0, TEMPORARY, null, null);
    }
  }

  /** Before anything is started. */
  private static void checkLength(Scenario scenario, Duration length) {
    if (scenario == Scenario.PROTECTION_STORM && length != null) {
      throw CliFailure.usage(
          "a protection-storm is done once, however long it takes", "leave --for out");
    }
  }

  /** The node that all of them can be brought about on. */
  private static Setup setup(List<Condition> conditions) {
    List<Setup> special =
        conditions.stream()
            .map(Condition::setup)
            .filter(one -> one != Setup.COMMON)
            .distinct()
            .toList();
    if (special.size() > 1) {
      throw CliFailure.usage(
          "no node can be " + special + " at once", "run these conditions one after the other");
    }
    return special.isEmpty() ? Setup.COMMON : special.get(0);
  }

  /** On any stage. */
  ChaosDocument run(ChaosStage stage, Scenario scenario, long seed, Duration length, String name)
      throws IOException {
    List<Condition> wanted = scenario.conditions().stream().filter(kinds::contains).toList();
    if (wanted.isEmpty()) {
      throw CliFailure.usage(
          scenario.wireName() + " has none of the kinds that were given",
          "use some of "
              + scenario.conditions().stream()
                  .map(Condition::wireName)
                  .collect(Collectors.joining(", ")));
    }
    List<Condition> allowed = wanted.stream().filter(stage::allows).toList();
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
    if (scenario == Scenario.PROTECTION_STORM) {
      StormPlan.Blow blow = Scenario.round(seed, 0, allowed, stage.devices());
      return new ProtectionRun(stage, settings, narrator).run(blow, seed, name);
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
    return run.document(scenario.wireName(), seed, name, null, null);
  }
}
