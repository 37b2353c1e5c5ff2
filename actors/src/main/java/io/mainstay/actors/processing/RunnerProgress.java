package io.mainstay.actors.processing;

import io.mainstay.actors.processing.program.BatchProgram;
import java.util.List;

/** How far a runner is, for people. */
final class RunnerProgress {
  private static final String AWAITS_HEAP = "waiting for memory";

  private RunnerProgress() {}

  /** Of each batch that is prepared, or waits for heap to be. */
  static ProcessingCommand.SessionProgress of(JobBoard jobs) {
    return new ProcessingCommand.SessionProgress(
        jobs.all().stream()
            .filter(job -> job.program() != null || job.isAwaitingHeap())
            .map(RunnerProgress::state)
            .toList());
  }

  /**
   * Nothing is left but to write the outputs.
   *
   * @param why code of what keeps them from being written
   */
  static ProcessingCommand.SessionProgress ofOutputs(int documents, String why) {
    return new ProcessingCommand.SessionProgress(
        List.of(
            new ProcessingCommand.BatchState(
                0, documents, "waiting to write the outputs: " + why, 0, 0)));
  }

  private static ProcessingCommand.BatchState state(BatchJob job) {
    BatchProgram.Progress progress =
        job.program() == null
            ? new BatchProgram.Progress(AWAITS_HEAP, 0, 0)
            : job.program().progress();
    return new ProcessingCommand.BatchState(
        job.range().from(),
        job.range().to(),
        progress.activity(),
        progress.done(),
        progress.total());
  }
}
