package io.mainstay.runtime.cli.command;

import io.mainstay.runtime.chaos.ChaosDocument;
import io.mainstay.runtime.cli.TextTable;
import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a scenario did and what came of it, for people. */
final class ChaosText {
  private ChaosText() {}

  static void print(PrintStream out, ChaosDocument document) {
    out.println();
    TextTable table =
        new TextTable("CONDITION", "DEVICE", "ERROR", "FOUND", "BEGUN", "RECOVERED", "BY");
    for (ChaosDocument.Fault fault : document.faults()) {
      table.row(
          fault.condition(),
          fault.device(),
          fault.error(),
          fault.found() ? after(fault.detectionMillis()) : "no",
          after(fault.initiationMillis()),
          fault.recovered() ? after(fault.recoveryMillis()) : fault.found() ? "no" : "",
          fault.found() && fault.recoveries().isEmpty() ? "nothing yet" : recoveries(fault));
    }
    table.print(out, "Nothing was brought about.");
    if (!document.further().isEmpty()) {
      out.println(
          "also:   "
              + document.further().stream()
                  .map(ChaosDocument.Fault::error)
                  .distinct()
                  .collect(Collectors.joining(", ")));
    }
    if (!document.settings().isEmpty()) {
      out.println(
          "node:   " + document.settings().size() + " settings not as shipped, see -o json");
    }
    if (!document.modes().isEmpty()) {
      out.println("modes:  " + String.join(", ", document.modes()));
    }
    ChaosDocument.Work work = document.work();
    out.println(
        "work:   "
            + work.sessions()
            + " sessions of "
            + work.documents()
            + " documents accepted, "
            + work.lost()
            + " lost, "
            + work.duplicated()
            + " done twice");
    work.incomplete().forEach(session -> out.println("        " + session));
    if (document.intake() != null) {
      ChaosDocument.IntakeFigures intake = document.intake();
      out.printf(
          Locale.ROOT,
          "intake: %d submissions, %d accepted, %d deferred, %d refused, %d late, %d unanswered;"
              + " available %.2f %%, answered in %.1f ms (p50), %.1f ms (p99)%n",
          intake.submissions(),
          intake.accepted(),
          intake.deferred(),
          intake.refused(),
          intake.late(),
          intake.unanswered(),
          100 * intake.availability(),
          intake.answerP50Millis(),
          intake.answerP99Millis());
    }
    if (document.heapGrowthBytes() != null) {
      out.printf(
          Locale.ROOT, "heap:   %+.1f MB over the storm%n", document.heapGrowthBytes() / 1e6);
    }
    out.println(
        "node:   "
            + (document.healthy()
                ? "healthy, " + document.healthyMillis() + " ms after the last recovery"
                : "not healthy; see its log"));
  }

  private static String recoveries(ChaosDocument.Fault fault) {
    return fault.recoveries().stream()
        .map(recovery -> recovery.name() + " " + recovery.end())
        .collect(Collectors.joining(", "));
  }

  private static String after(Long millis) {
    return millis == null ? "" : millis + " ms";
  }
}
