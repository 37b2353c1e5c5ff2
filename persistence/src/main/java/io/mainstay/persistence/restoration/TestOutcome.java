package io.mainstay.persistence.restoration;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How one test of a phase ended.
 *
 * @param test stable name
 * @param passed false too for one that was skipped
 * @param evidence what was seen, one sentence with values
 * @param millis it took
 * @param skipped there was nothing to try it with: it says nothing for the node, nor against it
 */
public record TestOutcome(
    String test,
    boolean passed,
    String evidence,
    long millis,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean skipped) {
  public TestOutcome {
    if (passed && skipped) {
      throw new IllegalArgumentException("Test " + test + " cannot be passed and skipped");
    }
  }

  /** One that was run. */
  public TestOutcome(String test, boolean passed, String evidence, long millis) {
    this(test, passed, evidence, millis, false);
  }

  /** Whether it keeps the node from coming back. */
  public boolean failed() {
    return !passed && !skipped;
  }
}
