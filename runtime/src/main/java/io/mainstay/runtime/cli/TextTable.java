package io.mainstay.runtime.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text in aligned columns; columns of numbers align right. Not thread-safe. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(String... headings) {
    this.headings = List.of(headings);
  }

  /** One row with as many cells as there are headings. */
  public TextTable row(Object... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "Row has " + cells.length + " cells; the table has " + headings.size() + " columns");
    }
    rows.add(Arrays.stream(cells).map(cell -> cell == null ? "-" : cell.toString()).toList());
    return this;
  }

  /** Prints the table; with no rows, that sentence. */
  public void print(PrintStream out, String whenEmpty) {
    if (rows.isEmpty()) {
      out.println(whenEmpty);
      return;
    }
    out.println(line(headings));
    rows.forEach(row -> out.println(line(row)));
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      String padding = " ".repeat(width(column) - cell.length());
      line.append(column == 0 ? "" : GAP);
      line.append(numeric(column) ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    int width = headings.get(column).length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }

  private boolean numeric(int column) {
    return rows.stream().allMatch(row -> row.get(column).matches("-?[\\d.,]*( [a-zA-Z]+)?"));
  }
}
