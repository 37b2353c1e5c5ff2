package io.mainstay.runtime.cli.command;

import io.mainstay.runtime.bench.BenchDocument;
import io.mainstay.runtime.cli.TextTable;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;

/** Figures of a benchmark, for people. */
final class BenchText {
  private BenchText() {}

  static void print(PrintStream out, BenchDocument document) {
    out.println(
        "bench " + document.bench() + ", " + document.runs() + " runs, " + document.machine());
    TextTable table = new TextTable("WHAT", "P50", "P99", "UNIT");
    for (Map.Entry<String, BenchDocument.Figure> result : document.results().entrySet()) {
      BenchDocument.Figure figure = result.getValue();
      table.row(result.getKey(), number(figure.p50()), number(figure.p99()), figure.unit());
    }
    table.print(out, "No figures.");
    document.counts().forEach((name, count) -> out.println(name + ": " + count));
    document
        .names()
        .forEach(
            (name, all) -> {
              if (!all.isEmpty()) {
                out.println(name + ": " + String.join(", ", all));
              }
            });
    document.ratios().forEach((name, ratio) -> out.println(name + ": x" + number(ratio)));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
  }
}
