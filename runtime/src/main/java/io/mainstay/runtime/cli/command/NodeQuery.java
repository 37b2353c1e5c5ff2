package io.mainstay.runtime.cli.command;

import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.JsonPrinter;
import io.mainstay.runtime.cli.NodeOption;
import io.mainstay.runtime.cli.OutputOption;
import io.mainstay.runtime.cli.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that asks a node, or its data directory, and prints the answer for people or JSON. */
abstract class NodeQuery implements Callable<Integer> {
  final Terminal terminal;
  @Mixin NodeOption node;
  @Mixin OutputOption output;

  NodeQuery(Terminal terminal) {
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
