package io.mainstay.actors.outage;

import akka.actor.typed.ActorRef;
import java.util.Set;

/** Where the parts of a node hear of outages. Thread-safe; each start of a part follows anew. */
public interface OutageFeed {
  /** Of a part that stands alone, whose devices are never out of reach. */
  OutageFeed NONE = (name, interests, subscriber) -> {};

  /**
   * The subscriber hears of outages until it ends.
   *
   * @param name unique in the node; who follows under it again takes the place of the one before
   */
  void follow(
      String name, Set<OutageCommand.Interest> interests, ActorRef<OutageNotice> subscriber);

  /** Of the node with that keeper. */
  static OutageFeed of(ActorRef<OutageCommand> keeper) {
    return (name, interests, subscriber) ->
        keeper.tell(new OutageCommand.Subscribe(name, interests, subscriber));
  }
}
