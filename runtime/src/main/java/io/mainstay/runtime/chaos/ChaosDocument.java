package io.mainstay.runtime.chaos;

import java.util.List;

/**
 * What a scenario did to a node, and what the node did about it; {@code -o json} prints it as it
 * is.
 *
 * @param node temporary, or the address of the one that was named
 * @param settings of a temporary node that are not as shipped; figures hold for these
 * @param faults in the order in which they were brought about
 * @param further faults that nobody brought about by themselves: they followed
 * @param modes of degradation that were entered meanwhile, in order
 * @param intake how submissions were answered meanwhile; null where none were made
 * @param healthy whether the node took work without any restriction at the end
 * @param healthyMillis from the last fault's recovery until it did
 * @param heapGrowthBytes of the node's process over a storm, once idle sessions have left it; null
 *     where it is not known
 * @param kept whether the fault of every condition was found and recovered, the node is healthy,
 *     its heap is no larger than it may be, and nothing was lost or done twice
 */
public record ChaosDocument(
    String scenario,
    long seed,
    String node,
    List<String> settings,
    List<Fault> faults,
    List<Fault> further,
    List<String> modes,
    Work work,
    IntakeFigures intake,
    boolean healthy,
    long healthyMillis,
    Long heapGrowthBytes,
    boolean kept) {
  public ChaosDocument {
    settings = List.copyOf(settings);
    faults = List.copyOf(faults);
    further = List.copyOf(further);
    modes = List.copyOf(modes);
  }

  /**
   * One fault. Times are whole milliseconds, as the journal has them; null where it did not come to
   * that.
   *
   * @param number from 0, in order; -1 for one that followed
   * @param condition that was brought about; empty for one that followed
   * @param device that it was drawn for; what it is about for one that followed
   * @param error that the node must make of it
   * @param found whether it did
   * @param detectionMillis from the condition, or from the batch that fires it, to the fault
   * @param initiationMillis from the fault to the beginning of its first recovery; null where it
   *     joined one that ran already
   * @param recoveryMillis from there to the end of its last
   * @param recovered whether all that answered it succeeded
   * @param eventId of the fault, for {@code journal explain}
   * @param tries how often it was brought about, from 1: what another condition undid before
   *     anything could come of it comes again; 0 for one that followed
   */
  public record Fault(
      int number,
      String condition,
      String device,
      String error,
      boolean found,
      Long detectionMillis,
      Long initiationMillis,
      Long recoveryMillis,
      String severity,
      String blame,
      String directive,
      int level,
      String evidence,
      List<Recovery> recoveries,
      boolean recovered,
      String eventId,
      String failure,
      int tries) {
    public Fault {
      recoveries = List.copyOf(recoveries);
    }
  }

  /**
   * One cascade or strategy.
   *
   * @param end recovered, partly_recovered, rolled_back or stuck; empty if it still ran
   * @param withinLimit whether it ended within its own limit
   */
  public record Recovery(
      String recoveryId,
      String kind,
      String name,
      String end,
      long millis,
      long limitMillis,
      boolean withinLimit,
      List<Step> steps) {
    public Recovery {
      steps = List.copyOf(steps);
    }
  }

  /** One step that ended. */
  public record Step(String action, boolean done, String evidence) {}

  /**
   * Accepted work, and what became of its documents.
   *
   * @param incomplete a line for each session that did not complete, with what it says of itself
   */
  public record Work(
      int sessions,
      int documents,
      int completed,
      int lost,
      int duplicated,
      List<String> incomplete) {
    public Work {
      incomplete = List.copyOf(incomplete);
    }
  }

  /**
   * How submissions were answered.
   *
   * @param deferred answered with a time to come again
   * @param refused answered with neither acceptance nor such a time
   * @param late answered, too late
   * @param unanswered not answered, failed on the way, or not sent since too many were
   * @param availability the share of those that were accepted or deferred in time
   */
  public record IntakeFigures(
      long submissions,
      long accepted,
      long deferred,
      long refused,
      long late,
      long unanswered,
      double availability,
      double answerP50Millis,
      double answerP99Millis) {}
}
