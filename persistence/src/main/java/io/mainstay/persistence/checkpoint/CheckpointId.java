package io.mainstay.persistence.checkpoint;

import io.mainstay.persistence.session.DocumentRange;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One checkpoint of one batch of one session. People write {@code SESSION:FROM-TO:STEP}; in the
 * blob store each has an owner of its own, so that letting go of one never touches another.
 *
 * @param range documents, the last one excluded
 * @param step steps done
 */
public record CheckpointId(String sessionId, DocumentRange range, int step) {
  /** What the names of owners of a session's work end with. */
  public static final String SUFFIX = "/work";

  private static final Pattern TEXT = Pattern.compile("([^:/]+):(\\d{1,9})-(\\d{1,9}):(\\d{1,9})");
  private static final Pattern OWNER =
      Pattern.compile("([^/]+)/checkpoint-(\\d{1,9})-(\\d{1,9})-(\\d{1,9})" + SUFFIX);

  /** As people write it; empty if it is none. */
  public static Optional<CheckpointId> parse(String text) {
    return of(TEXT.matcher(text));
  }

  /** Of an owner in the blob store; empty if it owns no checkpoint. */
  public static Optional<CheckpointId> ofOwner(String owner) {
    return of(OWNER.matcher(owner));
  }

  private static Optional<CheckpointId> of(Matcher parts) {
    if (!parts.matches()) {
      return Optional.empty();
    }
    int from = Integer.parseInt(parts.group(2));
    int to = Integer.parseInt(parts.group(3));
    return to <= from
        ? Optional.empty()
        : Optional.of(
            new CheckpointId(
                parts.group(1), new DocumentRange(from, to), Integer.parseInt(parts.group(4))));
  }

  /** Its owner in the blob store. */
  public String owner() {
    return sessionId + "/checkpoint-" + range.from() + "-" + range.to() + "-" + step + SUFFIX;
  }

  /** As people write it. */
  public String text() {
    return sessionId + ":" + range.from() + "-" + range.to() + ":" + step;
  }
}
