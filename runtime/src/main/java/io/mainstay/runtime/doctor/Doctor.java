package io.mainstay.runtime.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs all checks. */
public final class Doctor {
  private Doctor() {}

  /** What a node on that data directory would find. */
  public static DoctorDocument examine(Path dataDirectory, DoctorSettings settings) {
    DataChecks data = new DataChecks(dataDirectory, settings);
    List<Finding> findings = new ArrayList<>(new HostChecks(settings).run(data.nodeRuns()));
    findings.addAll(new WorkerChecks(settings).run());
    findings.addAll(data.run());
    return DoctorDocument.of(findings);
  }
}
