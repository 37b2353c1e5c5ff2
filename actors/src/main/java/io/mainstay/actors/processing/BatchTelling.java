package io.mainstay.actors.processing;

import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.actors.state.source.SessionTelling;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.PictureOperation;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.protocol.state.OutputFormat;
import io.mainstay.protocol.state.OutputQuality;
import io.mainstay.protocol.state.PostprocessingRequest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the batches of a session have to tell of their state. Confined to the runner. */
final class BatchTelling {
  private static final Set<String> PICTURE_STEPS =
      Set.of("upscaling", "safety_check", "format_conversion", "finished");

  private final SessionTelling telling;
  private final Workflow workflow;
  private int completed;

  BatchTelling(SessionTelling telling, SessionWork.Remaining work) {
    this.telling = telling;
    this.workflow = work.workflow();
    this.completed = work.completed().size();
  }

  /** A batch of pictures begins: what will be done to each is known from then on. */
  void begun(BatchJob job) {
    List<PostprocessingRequest.PipelineStep> pipeline = pipeline();
    if (!pipeline.isEmpty()) {
      telling.postprocessing(
          job.range().from(),
          job.range().to(),
          pipeline,
          new PostprocessingRequest.OutputRequirements(
              OutputFormat.PNG, OutputQuality.LOSSLESS, true));
    }
  }

  /**
   * A step of it is done.
   *
   * @param open batches that are not stored yet, this one included
   */
  void stepped(BatchJob job, int open) {
    BatchProgram.Progress now = job.program().progress();
    telling.stepped(
        job.range().from(),
        job.range().to(),
        now.activity(),
        now.done(),
        now.total(),
        computed(job),
        PICTURE_STEPS.contains(now.activity()));
    telling.progressed(completed, open, now.activity());
  }

  /**
   * Its result is in the journal.
   *
   * @param open batches that are not stored yet
   */
  void stored(BatchJob job, BlobRef result, int open) {
    completed++;
    telling.completed(
        job.range().from(),
        job.range().to(),
        job.program().progress().done(),
        computed(job),
        result.sha256(),
        pipeline().stream().map(PostprocessingRequest.PipelineStep::operation).toList());
    telling.progressed(completed, open, "stored");
  }

  /** It is worked on no more: stored, given up, or others stand in its place. */
  void gone(BatchJob job) {
    telling.gone(job.range().from(), job.range().to());
  }

  private List<PostprocessingRequest.PipelineStep> pipeline() {
    return workflow instanceof Workflow.Pictures pictures
        ? pictures.operations().stream().map(BatchTelling::step).toList()
        : List.of();
  }

  private static PostprocessingRequest.PipelineStep step(PictureOperation operation) {
    String name = "format_conversion";
    String model = "";
    if (operation instanceof PictureOperation.Upscaling upscaling) {
      name = "upscaling";
      model = upscaling.model();
    } else if (operation instanceof PictureOperation.SafetyCheck check) {
      name = "safety_check";
      model = check.model();
    }
    return new PostprocessingRequest.PipelineStep(name, model, Optional.empty(), Optional.empty());
  }

  private static Duration computed(BatchJob job) {
    return Duration.of(job.computeMicros(), ChronoUnit.MICROS);
  }
}
