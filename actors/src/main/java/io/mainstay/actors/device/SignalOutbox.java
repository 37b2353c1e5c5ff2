package io.mainstay.actors.device;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps a device's signals in order while some of them wait for the event they name as cause to be
 * durable. Pure but mutable; owned by the device's actor. Its length is bounded by what happens to
 * a device within {@code mainstay.device.signal-patience}.
 */
final class SignalOutbox {
  private record Entry(String awaited, DeviceSignal signal) {}

  private final Deque<Entry> entries = new ArrayDeque<>();
  private final Set<String> awaited = new HashSet<>();

  /** To be sent as soon as those before it are. */
  void add(DeviceSignal signal) {
    entries.add(new Entry(null, signal));
  }

  /** To be sent when that event is settled, too. */
  void addAfter(String eventId, DeviceSignal signal) {
    awaited.add(eventId);
    entries.add(new Entry(eventId, signal));
  }

  /** The event is durable, or the wait for it is over. */
  void settle(String eventId) {
    awaited.remove(eventId);
  }

  /** Nothing waits to be sent. */
  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Takes those that can be sent now, in order. */
  List<DeviceSignal> takeReady() {
    List<DeviceSignal> ready = new ArrayList<>();
    while (!entries.isEmpty() && !awaited.contains(entries.peek().awaited())) {
      ready.add(entries.remove().signal());
    }
    return ready;
  }
}
