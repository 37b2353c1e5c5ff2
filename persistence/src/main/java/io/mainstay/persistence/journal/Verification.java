package io.mainstay.persistence.journal;

import java.util.List;

/**
 * What a check of the whole journal found.
 *
 * @param findings at most the limit of the check
 * @param truncated there are more
 */
public record Verification(
    long events, long entities, long blobs, List<JournalFinding> findings, boolean truncated) {
  public Verification {
    findings = List.copyOf(findings);
  }

  /** True if nothing is wrong. */
  public boolean intact() {
    return findings.isEmpty();
  }
}
