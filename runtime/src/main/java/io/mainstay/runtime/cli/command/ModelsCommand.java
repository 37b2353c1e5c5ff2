package io.mainstay.runtime.cli.command;

import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay models}: the registry, and where its models are. Alone it lists them. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[list | show ID | load ID | unload ID | verify [ID] | rescan]",
    subcommands = {
      ModelsCommand.ListAll.class,
      ModelsCommand.Show.class,
      ModelsCommand.Load.class,
      ModelsCommand.Unload.class,
      ModelsCommand.Verify.class,
      ModelsCommand.Rescan.class
    },
    description = "Lists the models that the node knows, where they are loaded, and broken ones.")
public final class ModelsCommand extends NodeQuery {
  public ModelsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    return list(this);
  }

  private static int list(NodeQuery query) {
    List<ModelView> models;
    try (MainstayClient client = query.node.connect()) {
      models = client.models();
    }
    return query.answer(
        new Lists.Models(models), () -> ModelText.list(query.terminal.out(), models));
  }

  /** A command that waits for the node to read whole files. */
  abstract static class Reading extends NodeQuery {
    private static final int TIMEOUT_MAX = 86_400;

    @Option(
        names = "--timeout",
        paramLabel = "SECONDS",
        defaultValue = "300",
        description = "Longest wait, 1 to 86400. Default: 300.")
    private int timeout;

    Reading(Terminal terminal) {
      super(terminal);
    }

    final Duration bound() {
      if (timeout < 1 || timeout > TIMEOUT_MAX) {
        throw CliFailure.usage("--timeout is " + timeout, "give seconds from 1 to " + TIMEOUT_MAX);
      }
      return Duration.ofSeconds(timeout);
    }
  }

  /** {@code mainstay models list}: as {@code mainstay models}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the models that the node knows, where they are loaded, broken ones.")
  public static final class ListAll extends NodeQuery {
    public ListAll(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      return list(this);
    }
  }

  /** {@code mainstay models show}: everything about one. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows a model: components, hashes, devices, who uses it, what may replace it.")
  public static final class Show extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The model.")
    private String modelId;

    public Show(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      ModelDetail detail;
      try (MainstayClient client = node.connect()) {
        detail = client.model(modelId);
      }
      return answer(detail, () -> ModelText.show(terminal.out(), detail));
    }
  }

  /** {@code mainstay models load}: takes one to a device. */
  @Command(
      name = "load",
      mixinStandardHelpOptions = true,
      description = "Loads a model onto a device, and waits until it is there.")
  public static final class Load extends Reading {
    @Parameters(paramLabel = "ID", description = "The model.")
    private String modelId;

    @Option(
        names = "--device",
        required = true,
        paramLabel = "DEVICE",
        description = "See `mainstay devices`.")
    private String deviceId;

    public Load(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Duration bound = bound();
      ModelDetail detail;
      try (MainstayClient client = node.connect()) {
        detail = client.loadModel(modelId, deviceId, bound);
      }
      return answer(
          detail,
          () ->
              terminal
                  .out()
                  .println(
                      modelId
                          + " is on "
                          + deviceId
                          + ", "
                          + detail.components().size()
                          + " components, "
                          + Quantities.bytes(detail.model().bytes())));
    }
  }

  /** {@code mainstay models unload}: takes one off its devices. */
  @Command(
      name = "unload",
      mixinStandardHelpOptions = true,
      description = "Unloads a model that nobody uses, and waits until its memory is free.")
  public static final class Unload extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The model.")
    private String modelId;

    @Option(
        names = "--device",
        defaultValue = "",
        paramLabel = "DEVICE",
        description = "From this device only. Default: from all that hold it.")
    private String deviceId;

    public Unload(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Unloaded unloaded;
      try (MainstayClient client = node.connect()) {
        unloaded = client.unloadModel(modelId, deviceId);
      }
      return answer(unloaded, () -> print(unloaded));
    }

    private void print(Unloaded unloaded) {
      if (unloaded.devices().isEmpty()) {
        terminal.out().println(modelId + " was loaded nowhere.");
      }
      for (Unloaded.Freed freed : unloaded.devices()) {
        terminal
            .out()
            .println(
                modelId
                    + " is off "
                    + freed.deviceId()
                    + ", "
                    + Quantities.bytes(freed.bytes())
                    + " freed");
      }
    }
  }

  /** {@code mainstay models verify}: reads every file anew. */
  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "Hashes every file of the models anew and checks their graphs.",
        "Exit code 1 when a model is broken."
      })
  public static final class Verify extends Reading {
    @Parameters(
        arity = "0..1",
        defaultValue = "",
        paramLabel = "ID",
        description = "The model. Default: all.")
    private String modelId;

    public Verify(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Duration bound = bound();
      List<ModelVerification> models;
      try (MainstayClient client = node.connect()) {
        models = client.verifyModels(modelId, bound);
      }
      boolean sound = models.stream().allMatch(ModelVerification::sound);
      answer(new Lists.Verified(sound, models), () -> print(models));
      return sound ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void print(List<ModelVerification> models) {
      TextTable table = new TextTable("MODEL", "VERSION", "FILES", "READ", "VERDICT");
      for (ModelVerification model : models) {
        table.row(
            model.modelId(),
            model.version(),
            model.files(),
            Quantities.bytes(model.bytes()),
            model.sound() ? "sound" : "broken");
      }
      table.print(terminal.out(), "The node knows no models; put one into a models directory.");
      models.stream()
          .filter(model -> !model.sound())
          .forEach(model -> terminal.out().println(model.modelId() + ": " + model.problem()));
    }
  }

  /** {@code mainstay models rescan}: looks for new models. */
  @Command(
      name = "rescan",
      mixinStandardHelpOptions = true,
      description = "Has the node read its models directories again, and lists what it found.")
  public static final class Rescan extends Reading {
    public Rescan(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Duration bound = bound();
      List<ModelView> models;
      try (MainstayClient client = node.connect()) {
        models = client.rescanModels(bound);
      }
      return answer(new Lists.Models(models), () -> ModelText.list(terminal.out(), models));
    }
  }
}
