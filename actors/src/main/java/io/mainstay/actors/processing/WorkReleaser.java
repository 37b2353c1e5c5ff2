package io.mainstay.actors.processing;

import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.identity.Ulid;
import io.mainstay.persistence.session.SessionEnds;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * Lets go of inputs, batch results and checkpoints that a runner could not release itself: its node
 * died, the session never had a runner, or it was never accepted. Touches nothing of a session that
 * has work to do. Blocks: call it on a blocking dispatcher only.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "resources",
    fields = "cleanup")
public final class WorkReleaser {
  private final BlobStore blobs;
  private final SessionEnds sessions;
  private final Duration patience;
  private final Clock clock;

  /**
   * @param patience how long a session that is not in the journal may still be accepted; far above
   *     the time-out of a submission
   * @param clock of the session ids
   */
  public WorkReleaser(BlobStore blobs, SessionEnds sessions, Duration patience, Clock clock) {
    this.blobs = blobs;
    this.sessions = sessions;
    this.patience = patience;
    this.clock = clock;
  }

  /** Releases what it can, and answers the number of sessions whose work was released. */
  public int release() {
    Set<String> released = new HashSet<>();
    for (String owner : blobs.owners(WorkOwner.SUFFIX)) {
      String session = WorkOwner.sessionOf(owner);
      if (isOver(session)) {
        blobs.releaseReferences(owner);
        released.add(session);
      }
    }
    return released.size();
  }

  private boolean isOver(String sessionId) {
    return switch (sessions.stage(sessionId)) {
      case FINISHED -> true;
      case OPEN -> false;
      case ABSENT -> Ulid.isValid(sessionId) && isOld(Ulid.instant(sessionId));
    };
  }

  private boolean isOld(Instant made) {
    return made.plus(patience).isBefore(clock.instant());
  }
}
