package io.mainstay.actors.outage;

import java.util.List;
import java.util.TreeSet;

/**
 * One notice on its way to those who confirm it. Pure and immutable.
 *
 * @param asked names of those who were told
 * @param confirmed names of those who have acted on it
 */
record Notification(
    long noticeId, String deviceId, String modelId, List<String> asked, List<String> confirmed) {
  Notification {
    asked = List.copyOf(asked);
    confirmed = List.copyOf(confirmed);
  }

  static Notification of(long noticeId, String deviceId, String modelId, List<String> asked) {
    return new Notification(noticeId, deviceId, modelId, asked, List.of());
  }

  /** After the word of one of them; of somebody else, or said twice, it changes nothing. */
  Notification confirmedBy(String name) {
    if (!asked.contains(name)) {
      return this;
    }
    TreeSet<String> more = new TreeSet<>(confirmed);
    more.add(name);
    return new Notification(noticeId, deviceId, modelId, asked, List.copyOf(more));
  }

  /** Nobody is waited for. */
  boolean complete() {
    return confirmed.size() == asked.size();
  }

  /** Those who have not confirmed. */
  List<String> silent() {
    return asked.stream().filter(name -> !confirmed.contains(name)).sorted().toList();
  }
}
