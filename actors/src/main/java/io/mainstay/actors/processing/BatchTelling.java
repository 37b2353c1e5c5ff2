package io.mainstay.actors.processing;

import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.actors.state.source.SessionTelling;
import io.mainstay.actors.state.source.WorkPriority;
import io.mainstay.actors.state.source.WorkUse;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.PictureOperation;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.protocol.state.OptimizationStrategy;
import io.mainstay.protocol.state.OutputFormat;
import io.mainstay.protocol.state.OutputQuality;
import io.mainstay.protocol.state.PostprocessingRequest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the batches of a session have to tell of their state. Confined to the runner. */
final class BatchTelling {
  private static final Set<String> PICTURE_STEPS =
      Set.of("upscaling", "safety_check", "format_conversion", "finished");

  private final SessionTelling telling;
  private final Workflow workflow;
  private final WorkClass workClass;
  private final Duration batchDeadline;
  private final LongSupplier nanoTime;
  private final Map<DocumentRange, BatchUse> uses = new HashMap<>();
  private final BatchUse whole;
  private int completed;
  private int batches;
  private Supplier<Duration> timeLeft = () -> Duration.ZERO;

  /** Steps of one batch; 0 until one has begun. */
  private int steps;

  /**
   * @param batchDeadline for one step of a batch
   */
  BatchTelling(
      SessionTelling telling,
      SessionWork.Remaining work,
      Duration batchDeadline,
      LongSupplier nanoTime) {
    this.telling = telling;
    this.workflow = work.workflow();
    this.workClass = work.workClass();
    this.batchDeadline = batchDeadline;
    this.nanoTime = nanoTime;
    this.whole = new BatchUse(nanoTime.getAsLong());
    this.completed = work.completed().size();
  }

  /**
   * The runner begins. A worker counts requests, so it is told again when their number is known.
   *
   * @param batchesInAll of the session, those that are done included
   * @param sessionTimeLeft until its deadline; zero for none
   */
  void created(int batchesInAll, Supplier<Duration> sessionTimeLeft) {
    batches = batchesInAll;
    timeLeft = sessionTimeLeft;
    tellCreated(batchesInAll);
  }

  private void tellCreated(int operations) {
    telling.created(
        workflow.template(), WorkPriority.of(workClass), operations, batchDeadline, timeLeft.get());
  }

  /** A batch begins: what is wanted, and what will be done to its pictures, is known from then. */
  void begun(BatchJob job) {
    int total = job.program().progress().total();
    if (steps == 0 && total > 1) {
      steps = total;
      tellCreated(batches * total);
    }
    telling.requested(
        job.range().from(),
        job.range().to(),
        workflow,
        job.recipe().named().map(model -> model.id()).orElse(""),
        job.recipe().document(job.range().from()),
        total,
        workClass,
        batchDeadline);
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
   * A device takes the batch.
   *
   * @param beside whether others of the session are on their way too
   */
  void dispatched(BatchJob job, String deviceId, boolean beside) {
    uses.put(job.range(), new BatchUse(nanoTime.getAsLong()));
    telling.orchestrated(
        job.range().from(),
        job.range().to(),
        widest(job.program()),
        beside,
        workClass == WorkClass.INTERACTIVE
            ? OptimizationStrategy.LATENCY
            : OptimizationStrategy.THROUGHPUT,
        deviceId,
        workClass);
  }

  /** A worker answered a step of it. */
  void answered(BatchJob job, String deviceId, InferenceResult result) {
    whole.answered(deviceId, result);
    uses.computeIfAbsent(job.range(), range -> new BatchUse(nanoTime.getAsLong()))
        .answered(deviceId, result);
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
        PICTURE_STEPS.contains(now.activity()),
        use(job));
    telling.progressed(completed, open, now.activity(), whole.now(nanoTime.getAsLong()));
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
        pipeline().stream().map(PostprocessingRequest.PipelineStep::operation).toList(),
        use(job));
    uses.remove(job.range());
    telling.progressed(completed, open, "stored", whole.now(nanoTime.getAsLong()));
  }

  private WorkUse use(BatchJob job) {
    BatchUse use = uses.get(job.range());
    return use == null ? WorkUse.NONE : use.now(nanoTime.getAsLong());
  }

  /** Entries on the first axis of what the worker is sent next. */
  private static int widest(BatchProgram program) {
    return program.next() instanceof BatchProgram.Next.Compute step
        ? step.inputs().stream()
            .filter(input -> !input.dims().isEmpty())
            .mapToInt(input -> Math.toIntExact(input.dims().get(0)))
            .max()
            .orElse(1)
        : 1;
  }

  /** It is worked on no more: stored, given up, or others stand in its place. */
  void gone(BatchJob job) {
    uses.remove(job.range());
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
