package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.protocol.state.WorkerStateReport;
import java.util.function.Consumer;

/** An unanswered request for a report. */
final class ReportOpen extends OpenCall<WorkerStateReport> {
  ReportOpen(Consumer<CallOutcome<WorkerStateReport>> onDone) {
    super(onDone);
  }

  @Override
  boolean isOfState() {
    return true;
  }
}
