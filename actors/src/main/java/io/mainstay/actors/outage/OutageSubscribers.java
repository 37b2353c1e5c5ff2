package io.mainstay.actors.outage;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.outage.OutageCommand.Interest;
import io.mainstay.actors.outage.OutageCommand.Subscribe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who is told of outages, by name, one for each. Confined to the keeper. */
final class OutageSubscribers {
  private final Map<String, Subscribe> byName = new LinkedHashMap<>();
  private final int most;

  /**
   * @param most names
   */
  OutageSubscribers(int most) {
    this.most = most;
  }

  /** False if there are too many; one of a known name takes the place of the one before. */
  boolean add(Subscribe subscribe) {
    if (byName.size() >= most && !byName.containsKey(subscribe.name())) {
      return false;
    }
    byName.put(subscribe.name(), subscribe);
    return true;
  }

  /** Those that there are. */
  List<ActorRef<OutageNotice>> all() {
    return byName.values().stream().map(Subscribe::subscriber).toList();
  }

  void remove(ActorRef<OutageNotice> subscriber) {
    byName.values().removeIf(known -> known.subscriber().equals(subscriber));
  }

  /** Names of those who want to hear of that. */
  List<String> names(Interest interest) {
    return byName.values().stream()
        .filter(known -> known.interests().contains(interest))
        .map(Subscribe::name)
        .toList();
  }

  void tell(Interest interest, OutageNotice notice) {
    byName.values().stream()
        .filter(known -> known.interests().contains(interest))
        .forEach(known -> known.subscriber().tell(notice));
  }
}
