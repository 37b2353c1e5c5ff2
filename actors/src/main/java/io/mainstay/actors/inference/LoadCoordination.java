package io.mainstay.actors.inference;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.state.propagation.StateVoice;
import io.mainstay.actors.state.source.NeedTelling;
import io.mainstay.actors.state.source.WorkPriority;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.state.CrossDomainCoordination;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tells that sessions cannot go on before the model and the memory domain have done something for
 * them: a model is asked for, on a device, because their turns wait for it. Confined to the
 * supervisor, which asks for the load itself.
 */
final class LoadCoordination {
  private final StateVoice voice;

  LoadCoordination(ActorSystem<?> system) {
    this.voice = StateVoice.of(system);
  }

  /**
   * A load is asked for.
   *
   * @param model null where it is not known yet: then nobody's turn waits for it
   * @param waiting the turns that wait for it
   */
  void loads(ModelDescriptor model, String deviceId, Collection<TurnBook.Waiting> waiting) {
    if (model == null) {
      return;
    }
    needed(model, waiting).forEach(needs -> voice.sayBeside(needs, Set.of(deviceId)));
  }

  /** One message for each session, of the highest class that it waits with. Pure. */
  static List<CrossDomainCoordination> needed(
      ModelDescriptor model, Collection<TurnBook.Waiting> waiting) {
    Map<String, WorkClass> sessions = new TreeMap<>();
    for (TurnBook.Waiting turn : waiting) {
      int end = turn.turnId().indexOf('/');
      if (end > 0) { // Others are no session's, such as a benchmark's.
        sessions.merge(
            turn.turnId().substring(0, end),
            turn.workClass(),
            (one, other) -> one.compareTo(other) <= 0 ? one : other);
      }
    }
    return sessions.entrySet().stream()
        .map(
            session ->
                NeedTelling.ofModel(
                    session.getKey(),
                    model.id(),
                    model.memoryBytes(),
                    WorkPriority.of(session.getValue()),
                    model.components().stream().map(ModelDescriptor.Component::name).toList()))
        .toList();
  }
}
