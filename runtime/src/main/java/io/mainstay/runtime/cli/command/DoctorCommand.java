package io.mainstay.runtime.cli.command;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.OutputOption;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.doctor.Doctor;
import io.mainstay.runtime.doctor.DoctorDocument;
import io.mainstay.runtime.doctor.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mainstay doctor}: whether a node can run here. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    header = "Says whether a node can run here, and what to do if not.",
    description = {
      "Looks at everything that a node needs on this machine and says what is wrong and what to"
          + " do.",
      "Exit code 1 when a check fails."
    })
public final class DoctorCommand implements Callable<Integer> {
  private final Terminal terminal;
  @Mixin private OutputOption output;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory; else $MAINSTAY_DATA, else ~/.local/share/mainstay.")
  private Path data;

  @Option(names = "--conf", paramLabel = "FILE", description = "The node's HOCON file.")
  private Path conf;

  public DoctorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (conf != null && !Files.isReadable(conf)) {
      throw CliFailure.usage("--conf " + conf + " is not readable", "name a HOCON file");
    }
    Config config =
        conf == null
            ? ConfigFactory.load()
            : ConfigFactory.load(ConfigFactory.parseFile(conf.toFile()));
    Path directory = (data == null ? terminal.defaultDataDirectory() : data).toAbsolutePath();
    DoctorDocument found = Doctor.examine(directory.normalize(), config);
    if (output.json()) {
      JsonPrinter.print(terminal.out(), found);
    } else {
      found.checks().forEach(this::print);
    }
    return found.healthy() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void print(Finding finding) {
    String verdict = finding.verdict().name().toLowerCase(Locale.ROOT);
    terminal.out().printf("%-4s  %-15s %s%n", verdict, finding.check(), finding.detail());
    if (!finding.remedy().isEmpty()) {
      terminal.out().println("      remedy: " + finding.remedy());
    }
  }
}
