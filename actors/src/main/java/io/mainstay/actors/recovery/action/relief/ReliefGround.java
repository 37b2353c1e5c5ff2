package io.mainstay.actors.recovery.action.relief;

import io.mainstay.actors.recovery.action.memory.CleanupTarget;
import io.mainstay.actors.recovery.action.memory.MemoryScope;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a ground of a mode, which a recovery gave, says of when it is over: it is in the name of the
 * ground's source, so that it outlives the node. Pure.
 *
 * @param scope the memory, or the place, that the recovery is about
 * @param below share in use that the recovery wants; empty if the node's own bound counts
 */
record ReliefGround(MemoryScope scope, OptionalDouble below) {
  private static final String OF = " of ";
  private static final String KEPT = " for recovery";
  private static final String MACHINE = " on the machine";
  private static final Pattern SOURCE =
      Pattern.compile(
          "(?<name>\\S+)"
              + OF
              + "(?<subject>.+?)(?<machine>"
              + MACHINE
              + "( below (?<below>[0-9.]+))?)?"
              + KEPT);

  /** The source of a ground that the recovery itself takes back. */
  static String meanwhile(Task task) {
    return task.plan().name() + OF + task.subject();
  }

  /** The source of a ground that lasts until what led to it is over. */
  static String kept(Task task) {
    OptionalDouble target = CleanupTarget.of(task.plan());
    String machine =
        MemoryScope.of(task).machine()
            ? MACHINE + (target.isPresent() ? " below " + target.getAsDouble() : "")
            : "";
    return meanwhile(task) + machine + KEPT;
  }

  /** What that source says; empty for one that no recovery gave, or that it takes back itself. */
  static Optional<ReliefGround> of(String source) {
    Matcher found = SOURCE.matcher(source);
    if (!found.matches()) {
      return Optional.empty();
    }
    String below = found.group("below");
    return Optional.of(
        new ReliefGround(
            new MemoryScope(found.group("subject"), found.group("machine") != null),
            below == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(below))));
  }
}
