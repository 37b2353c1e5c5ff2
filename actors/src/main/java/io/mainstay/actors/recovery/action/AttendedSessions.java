package io.mainstay.actors.recovery.action;

import io.mainstay.actors.processing.ProcessingCommand;
import java.util.Set;
import java.util.TreeSet;

/** Sessions that somebody works on, or is about to. Pure. */
public final class AttendedSessions {
  private AttendedSessions() {}

  /** All of them; the caller may change the set. */
  public static Set<String> of(ProcessingCommand.Facts facts) {
    Set<String> attended = new TreeSet<>(facts.runners());
    attended.addAll(facts.settling());
    return attended;
  }

  /** Those that are open and not among them; the caller may change the set. */
  public static Set<String> idle(ProcessingCommand.Facts facts) {
    Set<String> idle = new TreeSet<>(facts.open());
    idle.removeAll(of(facts));
    return idle;
  }
}
