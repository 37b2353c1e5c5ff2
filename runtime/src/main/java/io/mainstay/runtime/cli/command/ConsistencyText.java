package io.mainstay.runtime.cli.command;

import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.TextTable;
import java.io.PrintStream;
import java.util.Locale;

/** A node's consistency for people. */
final class ConsistencyText {
  private ConsistencyText() {}

  /** One line for the node at a glance. */
  static String line(ConsistencyView view) {
    if (view == null || view.looks() == 0) {
      return "not looked at yet";
    }
    int open = view.consistencyChecks().stream().mapToInt(c -> c.divergences()).sum();
    return score(view.overallConsistencyScore())
        + ", "
        + open
        + " divergences, "
        + view.divergencesRepaired()
        + " of "
        + view.divergencesFound()
        + " repaired"
        + (view.repairing() ? ", repairing" : "");
  }

  static void print(PrintStream out, ConsistencyView view) {
    out.println("overall " + line(view));
    TextTable checks = new TextTable("CHECK", "STATUS", "SCORE", "DIVERGENCES", "LAST CHECK");
    for (ConsistencyView.Check check : view.consistencyChecks()) {
      checks.row(
          check.checkType(),
          check.status(),
          score(check.consistencyScore()),
          check.divergences(),
          check.lastCheck() == null ? "never" : Quantities.instant(check.lastCheck()));
    }
    checks.print(out, "No look was taken yet.");
    for (ConsistencyView.Check check : view.consistencyChecks()) {
      check.divergenceDetails().forEach(detail -> out.println(text(detail)));
      int more = check.divergences() - check.divergenceDetails().size();
      if (more > 0) {
        out.println("and " + more + " more of " + check.checkType());
      }
    }
  }

  private static String text(ConsistencyView.Detail detail) {
    return detail.kind()
        + " "
        + (detail.place().isEmpty() ? "" : detail.place() + " ")
        + detail.subject()
        + ": "
        + detail.owner()
        + " says "
        + detail.ownerValue()
        + ", elsewhere "
        + detail.otherValue()
        + "; repair: "
        + detail.repair();
  }

  private static String score(double score) {
    return String.format(Locale.ROOT, "%.2f", score);
  }
}
