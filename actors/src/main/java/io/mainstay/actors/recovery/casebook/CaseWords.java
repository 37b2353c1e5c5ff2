package io.mainstay.actors.recovery.casebook;

import io.mainstay.actors.degradation.ModeView;
import io.mainstay.persistence.casebook.OpenCase;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What people read of a case: why, and the command that ends the wait. Pure. */
public final class CaseWords {
  private static final String SOURCE = "escalation of ";
  private static final Pattern COMMAND = Pattern.compile("'(" + command("[a-z0-9_]+") + ")'");

  private CaseWords() {}

  /** The command that opens the gate of an error. */
  public static String command(String code) {
    return "mainstay errors acknowledge " + code;
  }

  /** What a case waits for now, and what ends that. */
  public static String waitsFor(OpenCase one) {
    if (one.held()) {
      return "nothing is recovered before a person agrees: '" + command(one.code()) + "'";
    }
    if (one.healed()) {
      return one.gated()
          ? "it is over; its modes are left once a person has seen it: '"
              + command(one.code())
              + "'"
          : "it is over; its modes are left";
    }
    if (one.retries()) {
      return one.attempts().stream()
          .filter(attempt -> !attempt.givenUp())
          .map(CaseWords::waitsFor)
          .findFirst()
          .orElse("");
    }
    return one.modes().isEmpty() ? "whether it is well by itself" : ends(one.gated(), one.code());
  }

  /** What a recovery that failed waits for now. */
  public static String waitsFor(OpenCase.Attempt attempt) {
    return attempt.givenUp()
        ? "given up: " + attempt.reason()
        : "retry %d of %d at %s"
            .formatted(attempt.retries(), attempt.retriesMost(), attempt.dueAt());
  }

  /** When modes that hold for it end. */
  static String ends(boolean gated, String code) {
    return "ends when the place is well again"
        + (gated ? " and a person has seen it: '" + command(code) + "'" : "");
  }

  /** Names a case among the grounds of a mode. */
  static String source(OpenCase one) {
    return SOURCE + one.text();
  }

  /** Whether a ground of a mode is one of the case book. */
  static boolean isOurs(String source) {
    return source.startsWith(SOURCE);
  }

  /**
   * The command that a person must give before a case takes a ground back; empty where none is
   * needed, and for grounds of others.
   */
  public static Optional<String> awaited(ModeView.Ground ground) {
    Matcher named = COMMAND.matcher(ground.reason());
    return isOurs(ground.source()) && named.find() ? Optional.of(named.group(1)) : Optional.empty();
  }

  /** Why its modes hold, and what ends that; {@link #awaited} reads it. */
  static String reason(OpenCase one) {
    return one.protectedFor() + "; " + (one.held() ? waitsFor(one) : ends(one.gated(), one.code()));
  }
}
