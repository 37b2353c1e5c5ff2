package io.mainstay.runtime.cli.command;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.NodeOption;
import io.mainstay.runtime.cli.OutputOption;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mainstay devices}: devices, their workers and what these hold. */
@Command(
    name = "devices",
    mixinStandardHelpOptions = true,
    description = "Lists the devices with the worker process of each, its models and its memory.")
public final class DevicesCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private NodeOption node;
  @Mixin private OutputOption output;

  public DevicesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<DeviceView> devices;
    try (MainstayClient client = node.connect()) {
      devices = client.devices();
    }
    if (output.json()) {
      JsonPrinter.print(terminal.out(), new Lists.Devices(devices));
    } else {
      print(devices);
    }
    return ExitCode.DONE;
  }

  private void print(List<DeviceView> devices) {
    TextTable table =
        new TextTable(
            "DEVICE",
            "STATE",
            "PID",
            "EPOCH",
            "UP",
            "STANDBY",
            "RESTARTS",
            "MEMORY",
            "QUEUE",
            "MODELS");
    for (DeviceView device : devices) {
      table.row(
          device.id(),
          device.state(),
          device.pid() == 0 ? "-" : device.pid(),
          device.epoch(),
          Quantities.duration(Duration.ofMillis(device.uptimeMillis())),
          device.standby(),
          device.restarts(),
          Quantities.bytes(device.residentBytes())
              + (device.memoryBudgetBytes() == 0
                  ? ""
                  : " of " + Quantities.bytes(device.memoryBudgetBytes())),
          device.queueDepth(),
          device.models().isEmpty() ? "-" : String.join(" ", device.models()));
    }
    table.print(terminal.out(), "The node has no devices.");
    for (DeviceView device : devices) {
      if (!device.lastDeath().isEmpty()) {
        terminal.out().println(device.id() + " last death: " + device.lastDeath());
      }
    }
  }
}
