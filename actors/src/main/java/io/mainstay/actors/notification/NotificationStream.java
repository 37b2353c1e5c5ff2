package io.mainstay.actors.notification;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The last lines for those who watch. Owned by one actor; not thread-safe. */
final class NotificationStream {
  private final int max;
  private final Deque<NotificationLine> lines = new ArrayDeque<>();
  private long last;

  NotificationStream(int max) {
    this.max = max;
  }

  /** Adds a line; answers it with its place. */
  NotificationLine add(NotificationLine line) {
    NotificationLine placed = line.at(++last);
    lines.addLast(placed);
    if (lines.size() > max) {
      lines.removeFirst();
    }
    return placed;
  }

  /** Lines after that one, oldest first; a negative one asks for the end alone. */
  NotificationCommand.Lines after(long ordering, int limit) {
    if (ordering < 0) {
      return new NotificationCommand.Lines(List.of(), last, 0);
    }
    // Somebody who watched the node's last life begins anew.
    long from = ordering > last ? 0 : ordering;
    long missed = lines.isEmpty() ? 0 : Math.max(0, lines.getFirst().ordering() - 1 - from);
    List<NotificationLine> found = new ArrayList<>();
    for (NotificationLine line : lines) {
      if (line.ordering() > from && found.size() < limit) {
        found.add(line);
      }
    }
    return new NotificationCommand.Lines(
        found, found.isEmpty() ? from : found.get(found.size() - 1).ordering(), missed);
  }
}
