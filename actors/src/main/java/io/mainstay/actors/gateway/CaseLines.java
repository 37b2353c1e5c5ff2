package io.mainstay.actors.gateway;

import io.mainstay.actors.recovery.casebook.CaseWords;
import io.mainstay.persistence.casebook.OpenCase;
import java.util.List;
import java.util.stream.Stream;

/**
 * Errors that are not over, among the recoveries that clients see: what is tried again, what was
 * given up, and what waits for a person, with what ends the wait. Pure.
 */
final class CaseLines {
  private CaseLines() {}

  /** Those of a case: one of each recovery that failed, and one of what waits for a person. */
  static Stream<RecoverySummary> of(OpenCase one) {
    Stream<RecoverySummary> failed =
        one.attempts().stream()
            .map(
                attempt ->
                    line(
                        one,
                        attempt.kind(),
                        attempt.recovery(),
                        attempt.givenUp() ? "given-up" : "retrying",
                        attempt.givenUp()
                            ? attempt.reason() + "; " + CaseWords.waitsFor(one)
                            : CaseWords.waitsFor(attempt)));
    boolean whole = one.held() || one.attempts().isEmpty();
    return whole
        ? Stream.concat(
            failed,
            Stream.of(
                line(
                    one,
                    "",
                    "",
                    one.held() ? "held" : one.modes().isEmpty() ? "released" : "protected",
                    CaseWords.waitsFor(one))))
        : failed;
  }

  private static RecoverySummary line(
      OpenCase one, String kind, String name, String status, String message) {
    return new RecoverySummary(
        "",
        kind,
        name,
        one.code(),
        one.component(),
        0,
        status,
        List.of(),
        status.replace('-', '_'),
        message,
        null,
        null,
        0);
  }
}
