package io.mainstay.persistence.journal;

import java.util.HashSet;
import java.util.Set;

/**
 * Whether an entity had one writer at a time: incarnations follow each other, so one that another
 * has followed never writes again, and each event lies behind the one before. Pure; told the rows
 * of one entity after the other.
 */
final class WriterCheck {
  private final Set<String> former = new HashSet<>();
  private String writer;
  private long ordering;

  /** The rows that follow are of another entity. */
  void begin() {
    former.clear();
    writer = null;
    ordering = 0;
  }

  /** What is wrong with the entity's next row, or empty. */
  String next(JournalRows.Row row) {
    String problem = "";
    if (!row.writer().equals(writer)) {
      if (former.contains(row.writer())) {
        problem =
            "Writer " + row.writer() + " wrote it after " + writer + " had taken over: two at once";
      }
      former.add(row.writer());
      writer = row.writer();
    }
    if (problem.isEmpty() && row.ordering() <= ordering) {
      problem = "It was written before the event that it follows: two writers, or a changed row";
    }
    ordering = row.ordering();
    return problem;
  }
}
