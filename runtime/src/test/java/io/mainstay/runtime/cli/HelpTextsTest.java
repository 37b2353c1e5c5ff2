package io.mainstay.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** What --help says is a format: a bare percent sign in it is warned of, on the console. */
class HelpTextsTest {
  @TempDir Path home;

  @Test
  void everyText_isAFormatThatNeedsNoArguments() {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(nowhere, nowhere, false, Map.of(), home);
    List<CommandLine> all = commands(Mainstay.commands(terminal));
    assertTrue(all.size() > 50, all.size() + " commands");
    for (CommandLine command : all) {
      texts(command.getCommandSpec())
          .forEach(
              text ->
                  assertDoesNotThrow(
                      () -> String.format(text),
                      command.getCommandSpec().qualifiedName() + ": " + text));
    }
  }

  private static List<CommandLine> commands(CommandLine of) {
    List<CommandLine> all = new ArrayList<>(List.of(of));
    of.getSubcommands().values().forEach(sub -> all.addAll(commands(sub)));
    return all;
  }

  private static Stream<String> texts(CommandSpec spec) {
    return Stream.concat(
        Stream.of(
                spec.usageMessage().header(),
                spec.usageMessage().description(),
                spec.usageMessage().footer())
            .flatMap(Arrays::stream),
        spec.args().stream().map(ArgSpec::description).flatMap(Arrays::stream));
  }
}
