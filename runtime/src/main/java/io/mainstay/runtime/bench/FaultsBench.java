package io.mainstay.runtime.bench;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.client.ClientException;
import io.mainstay.runtime.chaos.Chaos;
import io.mainstay.runtime.chaos.ChaosDocument;
import io.mainstay.runtime.chaos.ChaosNarrator;
import io.mainstay.runtime.chaos.ChaosNode;
import io.mainstay.runtime.chaos.ChaosSettings;
import io.mainstay.runtime.chaos.Condition;
import io.mainstay.runtime.chaos.Setup;
import io.mainstay.runtime.chaos.StormPlan;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings every condition about for which there are means, each on a node that is set up for it, and
 * measures how soon the error is seen, how soon its recovery begins, and how long that takes; says
 * plainly what was skipped, and which errors have no means.
 */
public final class FaultsBench {
  private final Terminal terminal;
  private final Chaos chaos;
  private final FaultsReport report;

  public FaultsBench(Terminal terminal, ChaosSettings settings) {
    this.terminal = terminal;
    this.chaos = new Chaos(settings, new ChaosNarrator(terminal.err()));
    this.report = new FaultsReport(ErrorCatalog.load(ConfigFactory.load()));
  }

  /**
   * Brings each condition about so often.
   *
   * @param conditions at least one
   * @param rounds of each, 1 or more
   */
  public BenchDocument run(List<Condition> conditions, int rounds) {
    for (Setup setup : Setup.values()) {
      List<Condition> here =
          conditions.stream().filter(condition -> condition.setup() == setup).toList();
      if (!here.isEmpty()) {
        bring(setup, here, rounds);
      }
    }
    return report.document((long) rounds * conditions.size());
  }

  private void bring(Setup setup, List<Condition> conditions, int rounds) {
    List<StormPlan.Blow> blows = blows(conditions, rounds);
    List<ChaosDocument.Fault> told = new ArrayList<>();
    String name = "faults on a node that is " + setup.wireName();
    try (ProgressLine progress = new ProgressLine(terminal, name)) {
      report.add(
          setup.wireName(),
          chaos.each(
              blows,
              fault -> {
                told.add(fault);
                progress.show(told.size(), blows.size(), "conditions");
              },
              report::skipped));
    } catch (CliFailure | ClientException | IOException notHere) {
      // Such a node cannot be had on this machine, or ended: what came of the others counts.
      String why = notHere.getMessage();
      terminal.err().println("mainstay: " + why);
      report.addUntilTheEnd(told, why);
      Set<String> done =
          told.stream().map(ChaosDocument.Fault::condition).collect(Collectors.toSet());
      conditions.stream()
          .filter(condition -> !done.contains(condition.wireName()))
          .forEach(condition -> report.skipped(condition, why));
    }
  }

  private static List<StormPlan.Blow> blows(List<Condition> conditions, int rounds) {
    List<StormPlan.Blow> blows = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (Condition condition : conditions) {
        String device = ChaosNode.DEVICES.get(blows.size() % ChaosNode.DEVICES.size());
        blows.add(new StormPlan.Blow(blows.size(), Duration.ZERO, condition, device));
      }
    }
    return blows;
  }
}
