package io.mainstay.actors.processing.pause;

import akka.actor.typed.ActorRef;
import java.util.List;

/** What a {@link PauseKeeper} is asked, and hears. Node-local. */
public sealed interface PauseCommand permits PauseCommand.Get, PauseKeeper.Own {
  /** Which sessions rest. */
  record Get(ActorRef<Pauses> replyTo) implements PauseCommand {}

  /** Answer to {@link Get}, by device, in the order in which they were paused there. */
  record Pauses(List<PauseView> pauses) {
    public Pauses {
      pauses = List.copyOf(pauses);
    }
  }
}
