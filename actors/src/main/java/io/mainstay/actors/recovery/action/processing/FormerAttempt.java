package io.mainstay.actors.recovery.action.processing;

import io.mainstay.persistence.session.SessionProtocol.Restartable;
import io.mainstay.persistence.session.SessionView;
import java.util.List;
import java.util.Optional;

/** What a session that is over says of whether its work is tried again. Pure. */
enum FormerAttempt {
  /** It was done, or somebody cancelled it: nothing is to be tried. */
  NOT_FAILED,
  /** The first one of its work. */
  FAILED,
  /** It was accepted because of a session that failed: no third is made. */
  FAILED_TWICE;

  /** By its state, and by what its acceptance followed from. */
  static FormerAttempt of(Restartable session) {
    if (!session.view().state().equals("failed")) {
      return NOT_FAILED;
    }
    boolean first = session.accepted().causeId().equals(session.accepted().eventId());
    return first ? FAILED : FAILED_TWICE;
  }

  /** The one of those that was accepted because of it. */
  static Optional<SessionView> successor(Restartable session, List<Restartable> others) {
    return others.stream()
        .filter(one -> one.accepted().causeId().equals(session.accepted().eventId()))
        .map(Restartable::view)
        .findFirst();
  }
}
