package io.mainstay.runtime.cli.command;

import io.mainstay.runtime.chaos.Condition;
import io.mainstay.runtime.chaos.Conditions;
import io.mainstay.runtime.cli.CliFailure;
import java.util.List;
import java.util.stream.Collectors;

/** Names of conditions as people give them with {@code --kinds}. */
final class KindNames {
  private KindNames() {}

  /**
   * What they name, in the order of all conditions.
   *
   * @param names none for all
   * @throws CliFailure for a name that none has
   */
  static List<Condition> parse(List<String> names) {
    for (String name : names) {
      if (Conditions.named(name).isEmpty()) {
        throw CliFailure.usage(
            "there is no kind '" + name + "'",
            "use some of "
                + Conditions.all().stream()
                    .map(Condition::wireName)
                    .collect(Collectors.joining(", ")));
      }
    }
    return Conditions.all().stream()
        .filter(one -> names.isEmpty() || names.contains(one.wireName()))
        .toList();
  }
}
