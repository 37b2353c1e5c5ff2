package io.mainstay.actors.postprocessing;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.postprocessing.PostprocessingCommand.Restarted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which pipelines are still to be ended in a clean restart. Confined to the supervisor. */
final class PipelineRestart {
  private final Set<ActorRef<Pipeline.Job>> leaving = new HashSet<>();
  private final List<ActorRef<Restarted>> askers = new ArrayList<>();

  /** Somebody asks for one; those that live now are to leave. */
  void ask(Collection<ActorRef<Pipeline.Job>> living, ActorRef<Restarted> replyTo) {
    leaving.addAll(living);
    askers.add(replyTo);
  }

  /** Whether that one gets no further job. */
  boolean leaves(ActorRef<Pipeline.Job> pipeline) {
    return leaving.contains(pipeline);
  }

  /** That one is gone. */
  void gone(ActorRef<Pipeline.Job> pipeline) {
    leaving.remove(pipeline);
  }

  /**
   * So many live; tells those who asked when these are all and none of them is from before.
   *
   * @param all that there are to be
   */
  void now(int living, int all, int waiting) {
    if (leaving.isEmpty() && living == all) {
      askers.forEach(asker -> asker.tell(new Restarted(all, waiting)));
      askers.clear();
    }
  }
}
