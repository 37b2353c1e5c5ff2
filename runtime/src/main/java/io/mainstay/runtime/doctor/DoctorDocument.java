package io.mainstay.runtime.doctor;

import java.util.List;

/**
 * What {@code mainstay doctor -o json} prints.
 *
 * @param healthy no check failed
 */
public record DoctorDocument(boolean healthy, List<Finding> checks) {
  public DoctorDocument {
    checks = List.copyOf(checks);
  }

  static DoctorDocument of(List<Finding> checks) {
    return new DoctorDocument(
        checks.stream().noneMatch(check -> check.verdict() == Finding.Verdict.FAIL), checks);
  }
}
