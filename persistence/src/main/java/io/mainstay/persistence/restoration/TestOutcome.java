package io.mainstay.persistence.restoration;

/**
 * How one test of a phase ended.
 *
 * @param test stable name
 * @param evidence what was seen, one sentence with values
 * @param millis it took
 */
public record TestOutcome(String test, boolean passed, String evidence, long millis) {}
