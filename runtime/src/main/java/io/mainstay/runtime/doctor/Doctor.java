package io.mainstay.runtime.doctor;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs all checks. */
public final class Doctor {
  private Doctor() {}

  /** What a node on that data directory would find. */
  public static DoctorDocument examine(Path dataDirectory, Config config) {
    DoctorSettings settings = DoctorSettings.of(config);
    DataChecks data = new DataChecks(dataDirectory, settings);
    List<Finding> findings = new ArrayList<>(new HostChecks(settings).run(data.nodeRuns()));
    findings.addAll(new WorkerChecks(settings).run());
    findings.addAll(data.run());
    findings.addAll(new ModelChecks(config, dataDirectory).run());
    return DoctorDocument.of(findings);
  }
}
