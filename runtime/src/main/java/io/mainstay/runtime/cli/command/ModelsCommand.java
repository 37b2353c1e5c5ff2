package io.mainstay.runtime.cli.command;

import io.mainstay.actors.model.ModelView;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.NodeOption;
import io.mainstay.runtime.cli.OutputOption;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mainstay models}: the registry. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "Lists the models that the node knows, where they are loaded, and broken ones.")
public final class ModelsCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private NodeOption node;
  @Mixin private OutputOption output;

  public ModelsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<ModelView> models;
    try (MainstayClient client = node.connect()) {
      models = client.models();
    }
    if (output.json()) {
      JsonPrinter.print(terminal.out(), new Lists.Models(models));
    } else {
      print(models);
    }
    return ExitCode.DONE;
  }

  private void print(List<ModelView> models) {
    TextTable table =
        new TextTable("MODEL", "VERSION", "KIND", "STATE", "SIZE", "LICENCE", "DEVICES");
    for (ModelView model : models) {
      table.row(
          model.id(),
          model.version(),
          model.kind(),
          model.state(),
          Quantities.bytes(model.bytes()),
          model.licence(),
          model.devices().isEmpty() ? "-" : String.join(" ", model.devices()));
    }
    table.print(terminal.out(), "The node knows no models; put one into a models directory.");
    for (ModelView model : models) {
      if (!model.problem().isEmpty()) {
        terminal.out().println(model.id() + " is " + model.state() + ": " + model.problem());
      }
    }
  }
}
