package io.mainstay.actors.recovery.recognition;

import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.protocol.WorkerBlame;
import java.util.Optional;

/**
 * A sign that has a name.
 *
 * @param error which error of the catalog
 * @param blame whose fault it is this time; empty if it is whose the catalog says
 * @param evidence what was seen, one line with values
 */
public record Recognised(ErrorNames error, Optional<WorkerBlame> blame, String evidence) {
  /** One that the sign itself blames on somebody. */
  static Recognised of(ErrorNames error, WorkerBlame blame, String evidence) {
    return new Recognised(error, Optional.of(blame), evidence);
  }

  /** One that is whose fault the catalog says. */
  public static Recognised of(ErrorNames error, String evidence) {
    return new Recognised(error, Optional.empty(), evidence);
  }
}
