package io.mainstay.actors.model.load;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.load.Residences.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who waits for which model on which device. Confined to the {@link LoadDesk}. */
final class Waiters {
  private final Map<Key, List<ActorRef<StatusReply<ModelDescriptor>>>> waiting = new HashMap<>();

  int of(Key key) {
    return waiting.getOrDefault(key, List.of()).size();
  }

  boolean waitFor(Key key) {
    return waiting.containsKey(key);
  }

  List<Key> keys() {
    return List.copyOf(waiting.keySet());
  }

  void add(Key key, ActorRef<StatusReply<ModelDescriptor>> waiter) {
    waiting.computeIfAbsent(key, unused -> new ArrayList<>()).add(waiter);
  }

  void answer(Key key, ModelDescriptor model) {
    take(key).forEach(waiter -> waiter.tell(StatusReply.success(model)));
  }

  void refuse(Key key, Refusal refusal) {
    take(key).forEach(waiter -> waiter.tell(StatusReply.error(refusal)));
  }

  private List<ActorRef<StatusReply<ModelDescriptor>>> take(Key key) {
    List<ActorRef<StatusReply<ModelDescriptor>>> taken = waiting.remove(key);
    return taken == null ? List.of() : taken;
  }
}
