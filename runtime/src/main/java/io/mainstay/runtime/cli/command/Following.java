package io.mainstay.runtime.cli.command;

import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.Terminal;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A command that prints what a node has to say as it comes, until it is interrupted, has printed
 * enough, or nobody reads on.
 *
 * @param <T> one line
 */
abstract class Following<T> extends NodeQuery {
  private static final int COUNT_MAX = 1_000_000;
  private static final long INTERVAL_NANOS = 300_000_000;
  private static final int PAGE = 200;

  /**
   * Some lines.
   *
   * @param last number of the last line there is; the next page begins after it
   * @param missed lines between the last page and this one that the node has no more
   */
  record Page<T>(List<T> lines, long last, long missed) {}

  private final String setting;

  /**
   * @param setting how many lines the node keeps for those who are slow
   */
  Following(Terminal terminal, String setting) {
    super(terminal);
    this.setting = setting;
  }

  /** The lines after that number, at most so many; after -1 the newest. */
  abstract Page<T> page(MainstayClient client, long after, int most);

  abstract void print(T line);

  /**
   * Prints them.
   *
   * @param option that says how many
   * @param count of them; 0: all
   */
  final int follow(String option, int count, boolean fromStart) {
    if (count < 0 || count > COUNT_MAX) {
      throw CliFailure.usage(option + " is " + count, "give a number from 1 to " + COUNT_MAX);
    }
    try (MainstayClient client = node.connect()) {
      long after = fromStart ? 0 : page(client, -1, 1).last();
      boolean first = fromStart;
      int printed = 0;
      while (isWanted(count, printed)) {
        Page<T> page = page(client, after, PAGE);
        if (page.missed() > 0 && !first) {
          terminal
              .err()
              .println(
                  "mainstay: %d were missed: more came than %s keeps"
                      .formatted(page.missed(), setting));
        }
        first = false;
        for (T line : page.lines()) {
          if (isWanted(count, printed)) {
            print(line);
            printed++;
          }
        }
        after = page.last();
        if (page.lines().isEmpty()) {
          LockSupport.parkNanos(INTERVAL_NANOS);
        }
      }
    }
    return ExitCode.DONE;
  }

  private boolean isWanted(int count, int printed) {
    return (count == 0 || printed < count)
        && !Thread.currentThread().isInterrupted()
        && !terminal.out().checkError();
  }
}
