package io.mainstay.actors.recovery.recognition;

import io.mainstay.actors.recovery.DomainFault;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.persistence.checkpoint.UnusableCheckpointException;
import io.mainstay.protocol.arena.ArenaAccessFault;
import io.mainstay.protocol.arena.ArenaUnavailable;
import io.mainstay.protocol.frame.FrameFault;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;

/** What an actor threw, by type, then by the words of the operating system. Pure. */
public final class Thrown {
  private static final int CAUSES_MAX = 16;

  private Thrown() {}

  /** The error that this exception is; a defect of ours if nothing says otherwise. */
  public static Recognised recognise(Throwable thrown) {
    Throwable at = thrown;
    for (int depth = 0; at != null && depth < CAUSES_MAX; depth++, at = at.getCause()) {
      Optional<ErrorNames> known = of(at);
      if (known.isPresent()) {
        return Recognised.of(known.get(), evidence(thrown));
      }
    }
    return Recognised.of(ErrorNames.COMPONENT_FAILURE, evidence(thrown));
  }

  private static Optional<ErrorNames> of(Throwable at) {
    if (at instanceof DomainFault fault) {
      return Optional.of(fault.error());
    }
    // No type to see: it is private to Akka.
    if (at instanceof SQLException || at.getClass().getName().contains("JournalFailure")) {
      return Optional.of(ErrorNames.DATABASE_FAILURE);
    }
    if (at instanceof ArenaAccessFault) {
      return Optional.of(ErrorNames.MEMORY_CORRUPTION_DETECTED);
    }
    if (at instanceof ArenaUnavailable || at instanceof OutOfMemoryError) {
      return Optional.of(ErrorNames.VORTICE_ALLOCATION_FAILURE);
    }
    if (at instanceof FrameFault) {
      return Optional.of(ErrorNames.MESSAGE_CORRUPTION);
    }
    if (at instanceof UnusableCheckpointException) {
      return Optional.of(ErrorNames.NO_VALID_CHECKPOINTS_AVAILABLE);
    }
    return at instanceof IOException ? HostTroubles.named(at.getMessage()) : Optional.empty();
  }

  private static String evidence(Throwable thrown) {
    if (thrown instanceof DomainFault) {
      return String.valueOf(thrown.getMessage());
    }
    StackTraceElement[] trace = thrown.getStackTrace();
    return trace.length == 0 ? thrown.toString() : thrown + " at " + trace[0];
  }
}
