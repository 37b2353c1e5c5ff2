package io.mainstay.actors.processing.pause;

import akka.actor.typed.ActorRef;
import java.util.List;
import java.util.Set;

/** What a {@link PauseKeeper} is asked, and hears. Node-local. */
public sealed interface PauseCommand permits PauseCommand.Rest, PauseCommand.Get, PauseKeeper.Own {
  /**
   * All sessions but the most urgent one rest on that device now, as if its memory were short; they
   * go on once enough of it is free, or after the longest pause. Asked again it comes to the same.
   */
  record Rest(String deviceId, ActorRef<Resting> replyTo) implements PauseCommand {}

  /**
   * Answer to {@link Rest}.
   *
   * @param sessions that rest on the device; none if one at most runs
   */
  record Resting(String deviceId, Set<String> sessions) {
    public Resting {
      sessions = Set.copyOf(sessions);
    }
  }

  /** Which sessions rest. */
  record Get(ActorRef<Pauses> replyTo) implements PauseCommand {}

  /** Answer to {@link Get}, by device, in the order in which they were paused there. */
  record Pauses(List<PauseView> pauses) {
    public Pauses {
      pauses = List.copyOf(pauses);
    }
  }
}
