package io.mainstay.runtime.cli.command;

import io.mainstay.runtime.cli.NodeOption;
import io.mainstay.runtime.cli.Terminal;
import picocli.CommandLine.Mixin;

/** A command that asks a node, or its data directory, and prints the answer. */
abstract class NodeQuery extends Answering {
  @Mixin NodeOption node;

  NodeQuery(Terminal terminal) {
    super(terminal);
  }
}
