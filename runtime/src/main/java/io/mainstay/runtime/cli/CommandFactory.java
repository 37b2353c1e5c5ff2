package io.mainstay.runtime.cli;

import java.lang.reflect.Constructor;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Gives a command the terminal if its constructor takes one. */
final class CommandFactory implements IFactory {
  private final Terminal terminal;
  private final IFactory otherwise = CommandLine.defaultFactory();

  CommandFactory(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (constructor.getParameterCount() == 1
          && constructor.getParameterTypes()[0] == Terminal.class) {
        return type.cast(constructor.newInstance(terminal));
      }
    }
    return otherwise.create(type);
  }
}
