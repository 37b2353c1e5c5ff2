package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.RecoveryPlanView;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.RecoveriesClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mainstay cascades} and {@code mainstay strategies}: what a node can do about a fault. */
public abstract class RecoveryPlansCommand extends NodeQuery {
  @Parameters(paramLabel = "NAME", arity = "0..1", description = "One of them, with its steps.")
  private String name;

  RecoveryPlansCommand(Terminal terminal) {
    super(terminal);
  }

  abstract List<RecoveryPlanView> plans(RecoveriesClient client);

  @Override
  public Integer call() {
    List<RecoveryPlanView> all;
    try (MainstayClient client = node.connect()) {
      all = plans(client.recoveries());
    }
    if (name == null) {
      return answer(new Lists.RecoveryPlans(all), () -> list(all));
    }
    RecoveryPlanView one =
        all.stream()
            .filter(plan -> plan.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    CliFailure.failed(
                        "there is none called '" + name + "'", "leave the name out for the list"));
    return answer(one, () -> print(terminal.out(), one));
  }

  private void list(List<RecoveryPlanView> plans) {
    TextTable table = new TextTable("NAME", "STEPS", "FLOW", "LIMIT", "ANSWERS");
    for (RecoveryPlanView plan : plans) {
      table.row(
          plan.name(),
          plan.steps().size(),
          plan.flow(),
          plan.limitMillis() / 1_000 + " s",
          String.join(", ", plan.errors()));
    }
    table.print(terminal.out(), "None.");
  }

  private static void print(PrintStream out, RecoveryPlanView plan) {
    out.println(
        plan.kind() + "  " + plan.name() + ", " + plan.flow() + ", " + plan.limitMillis() + " ms");
    out.println("answers  " + String.join(", ", plan.errors()));
    TextTable table =
        new TextTable(
            "STEP", "DOMAIN", "ACTION", "LIMIT", "PROVES", "ROLLBACK", "PARAMETERS", "IN WORDS");
    for (RecoveryPlanView.PlannedStep step : plan.steps()) {
      table.row(
          step.step(),
          step.domain(),
          step.action(),
          step.limitMillis() + " ms",
          step.proves() ? "yes" : "",
          step.rollback(),
          String.join(", ", step.parameters()),
          String.join(", ", step.describes()));
    }
    table.print(out, "No steps.");
  }

  /** {@code mainstay cascades}. */
  @Command(
      name = "cascades",
      mixinStandardHelpOptions = true,
      description =
          "Lists what errors that reach three or more other domains set off, domain by domain.")
  public static final class Cascades extends RecoveryPlansCommand {
    public Cascades(Terminal terminal) {
      super(terminal);
    }

    @Override
    List<RecoveryPlanView> plans(RecoveriesClient client) {
      return client.cascades();
    }
  }

  /** {@code mainstay strategies}. */
  @Command(
      name = "strategies",
      mixinStandardHelpOptions = true,
      description = "Lists how what failed is brought back, and which errors each answers.")
  public static final class Strategies extends RecoveryPlansCommand {
    public Strategies(Terminal terminal) {
      super(terminal);
    }

    @Override
    List<RecoveryPlanView> plans(RecoveriesClient client) {
      return client.strategies();
    }
  }
}
