package io.mainstay.runtime.cli.command;

import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.OutputOption;
import io.mainstay.runtime.cli.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that prints one answer, for people or as JSON. */
abstract class Answering implements Callable<Integer> {
  final Terminal terminal;
  @Mixin OutputOption output;

  Answering(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Prints the document, or whatever people shall read instead. */
  final int answer(Object document, Runnable forPeople) {
    if (output.json()) {
      JsonPrinter.print(terminal.out(), document);
    } else {
      forPeople.run();
    }
    return ExitCode.DONE;
  }
}
