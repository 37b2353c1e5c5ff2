package io.mainstay.actors.state.propagation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongFunction;

/** The last records, for those who watch. Confined to its owner. */
final class RecentRecords {
  private final int max;
  private final Deque<StateRecord> records = new ArrayDeque<>();
  private long last;

  RecentRecords(int max) {
    this.max = max;
  }

  /** Adds the record of the next ordering. */
  void add(LongFunction<StateRecord> record) {
    records.addLast(record.apply(++last));
    if (records.size() > max) {
      records.removeFirst();
    }
  }

  /** Those after an ordering; a negative one means the end. */
  StateCommand.Records after(long ordering, int limit) {
    if (ordering < 0) {
      return new StateCommand.Records(List.of(), last, 0);
    }
    long first = last - records.size() + 1;
    List<StateRecord> found =
        records.stream().filter(record -> record.ordering() > ordering).limit(limit).toList();
    long missed = Math.max(0, first - ordering - 1);
    long end = found.isEmpty() ? Math.max(ordering, last) : found.get(found.size() - 1).ordering();
    return new StateCommand.Records(found, end, missed);
  }
}
