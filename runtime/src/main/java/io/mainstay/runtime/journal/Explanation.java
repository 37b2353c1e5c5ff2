package io.mainstay.runtime.journal;

import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A causal chain as a tree: each event below what caused it, with the milliseconds since the first.
 * Runs of many siblings of one type are told by their first, their number and their last.
 */
public final class Explanation {
  private static final int SIBLINGS_SHOWN = 4;

  private final List<JournalLine> lines;
  private final Map<String, List<JournalLine>> effects = new LinkedHashMap<>();
  private final List<JournalLine> roots = new ArrayList<>();

  public Explanation(List<JournalLine> lines) {
    this.lines = List.copyOf(lines);
    Map<String, JournalLine> byId = new HashMap<>();
    this.lines.forEach(line -> byId.put(line.eventId(), line));
    for (JournalLine line : this.lines) {
      boolean first = line.causeId().equals(line.eventId()) || !byId.containsKey(line.causeId());
      if (first) {
        roots.add(line);
      } else {
        effects.computeIfAbsent(line.causeId(), id -> new ArrayList<>()).add(line);
      }
    }
  }

  private record Entry(JournalLine line, int depth, int skippedBefore) {}

  /** Prints the tree. */
  public void print(PrintStream out) {
    if (lines.isEmpty()) {
      out.println("The journal has nothing about it.");
      return;
    }
    Deque<Entry> open = new ArrayDeque<>();
    push(open, roots, 0);
    while (!open.isEmpty()) {
      Entry entry = open.pop();
      String indent = "  ".repeat(entry.depth());
      if (entry.skippedBefore() > 0) {
        out.println(" ".repeat(15) + indent + "... " + entry.skippedBefore() + " more like it");
      }
      JournalLine line = entry.line();
      out.printf(
          Locale.ROOT,
          "%+11.1f ms  %s%s: %s%n",
          millisSinceFirst(line),
          indent,
          line.persistenceId(),
          EventText.of(line));
      push(open, effects.getOrDefault(line.eventId(), List.of()), entry.depth() + 1);
    }
  }

  private double millisSinceFirst(JournalLine line) {
    return Duration.between(lines.get(0).at(), line.at()).toNanos() / 1e6;
  }

  private void push(Deque<Entry> open, List<JournalLine> siblings, int depth) {
    List<Entry> entries = new ArrayList<>();
    int begin = 0;
    while (begin < siblings.size()) {
      int end = begin;
      while (end < siblings.size() && alike(siblings.get(begin), siblings.get(end))) {
        end++;
      }
      if (end - begin <= SIBLINGS_SHOWN) {
        siblings.subList(begin, end).forEach(line -> entries.add(new Entry(line, depth, 0)));
      } else {
        entries.add(new Entry(siblings.get(begin), depth, 0));
        entries.add(new Entry(siblings.get(end - 1), depth, end - begin - 2));
      }
      begin = end;
    }
    for (int i = entries.size() - 1; i >= 0; i--) {
      open.push(entries.get(i));
    }
  }

  /** Only events that caused nothing are told together: no effect is left out. */
  private boolean alike(JournalLine a, JournalLine b) {
    return a == b
        || a.type().equals(b.type())
            && a.persistenceId().equals(b.persistenceId())
            && !effects.containsKey(a.eventId())
            && !effects.containsKey(b.eventId());
  }
}
