package io.mainstay.actors.state.source;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.state.propagation.PropagationSettings;
import io.mainstay.actors.state.propagation.StateCommand;
import io.mainstay.actors.state.propagation.StateVoice;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import io.mainstay.protocol.state.InferenceCompleted;
import io.mainstay.protocol.state.InferenceOrchestration;
import io.mainstay.protocol.state.InferenceProgress;
import io.mainstay.protocol.state.InferenceRequest;
import io.mainstay.protocol.state.OptimizationStrategy;
import io.mainstay.protocol.state.PostprocessingProgress;
import io.mainstay.protocol.state.PostprocessingRequest;
import io.mainstay.protocol.state.ProcessingSessionCreated;
import io.mainstay.protocol.state.SessionCommand;
import io.mainstay.protocol.state.SessionControlCommand;
import io.mainstay.protocol.state.SessionProgressUpdate;
import io.mainstay.protocol.state.StatePriority;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Tells of one session: that its runner begins, how far it and its batches are, and its end. What
 * changes with each step is sampled. A batch is a request of its own, {@code
 * <session>/<from>-<to>}. Confined to the runner.
 */
public final class SessionTelling {
  private static final int DOCUMENT_MAX = 256;

  private final StateVoice voice;
  private final String sessionId;
  private final Sampling sampling;
  private final Clock clock;
  private final DeviceBudgets devices;

  private SessionTelling(
      StateVoice voice, String sessionId, Sampling sampling, Clock clock, DeviceBudgets devices) {
    this.devices = devices;
    this.voice = voice;
    this.sessionId = sessionId;
    this.sampling = sampling;
    this.clock = clock;
  }

  /** Of a session whose runner lives in that system. */
  public static SessionTelling of(ActorSystem<?> system, String sessionId) {
    PropagationSettings settings = PropagationSettings.of(system.settings().config());
    return new SessionTelling(
        StateVoice.of(system),
        sessionId,
        new Sampling(settings.sampleInterval(), System::nanoTime),
        Clock.systemUTC(),
        DeviceBudgets.of(system.settings().config()));
  }

  /** The name of one batch as a request. */
  public static String requestId(String sessionId, int from, int to) {
    return sessionId + "/" + from + "-" + to;
  }

  /**
   * The runner begins.
   *
   * @param operations requests to workers in all, as far as known: at first one for each batch
   * @param operationTimeout of a batch; zero for none
   * @param sessionTimeout of the whole; zero for none
   */
  public void created(
      String template,
      StatePriority priority,
      int operations,
      Duration operationTimeout,
      Duration sessionTimeout) {
    voice.say(
        new ProcessingSessionCreated(
            sessionId,
            template,
            new ProcessingSessionCreated.ResourceAllocation(priority, 0, devices.ids()),
            operations,
            new ProcessingSessionCreated.TimeoutSettings(operationTimeout, sessionTimeout)),
        StateCommand.EVERY_WORKER);
  }

  /**
   * A batch is to be computed. The requests themselves go another way, step by step, so no worker
   * is told again.
   *
   * @param model empty where none of the registry computes it
   * @param document the first of the batch, as text
   * @param steps of the batch
   * @param timeout of one step
   */
  public void requested(
      int from,
      int to,
      Workflow workflow,
      String model,
      String document,
      int steps,
      WorkClass workClass,
      Duration timeout) {
    voice.say(
        new InferenceRequest(
            requestId(sessionId, from, to),
            workflow.template().replace('-', '_'),
            new InferenceRequest.ModelConfiguration(model, Optional.empty(), List.of()),
            workflow instanceof Workflow.TextToImage picture
                ? new InferenceRequest.InferenceParameters(
                    shortened(document),
                    picture.steps(),
                    picture.guidance(),
                    picture.width(),
                    picture.height())
                : new InferenceRequest.InferenceParameters(shortened(document), steps, 0, 0, 0),
            WorkPriority.of(workClass),
            timeout),
        Set.of());
  }

  /**
   * A device takes a batch.
   *
   * @param entries on the first axis of what it is sent
   * @param beside whether other batches of the session run at the same time
   */
  public void orchestrated(
      int from,
      int to,
      int entries,
      boolean beside,
      OptimizationStrategy strategy,
      String deviceId,
      WorkClass workClass) {
    voice.say(
        new InferenceOrchestration(
            requestId(sessionId, from, to),
            new InferenceOrchestration.BatchConfiguration(Math.max(1, entries), beside, strategy),
            new InferenceOrchestration.ResourceAllocation(
                devices.of(deviceId), WorkPriority.of(workClass))),
        Set.of(deviceId));
  }

  /** The session is to stop on every worker. */
  public static void cancelled(ActorSystem<?> system, String sessionId, String reason) {
    StateVoice.of(system)
        .say(
            new SessionControlCommand(sessionId, SessionCommand.CANCEL_OPERATIONS, reason, ""),
            StateCommand.EVERY_WORKER);
  }

  /**
   * A step of a batch is done.
   *
   * @param done steps of the batch
   * @param total steps of the batch
   * @param computed by workers for this batch so far
   * @param pictures whether the step is one of postprocessing
   * @param use by the batch
   */
  public void stepped(
      int from,
      int to,
      String activity,
      int done,
      int total,
      Duration computed,
      boolean pictures,
      WorkUse use) {
    String request = requestId(sessionId, from, to);
    if (!sampling.isDue(pictures ? pictured(request) : request)) {
      return;
    }
    if (pictures) {
      voice.sayBeside(
          new PostprocessingProgress(
              request,
              new PostprocessingProgress.PipelineProgress(
                  activity, done, total, total == 0 ? 0 : 100.0 * done / total),
              new PostprocessingProgress.QualityMetrics(OptionalDouble.empty(), computed)));
      return;
    }
    Duration step = done == 0 ? Duration.ZERO : computed.dividedBy(done);
    voice.sayBeside(
        new InferenceProgress(
            request,
            new InferenceProgress.ExecutionMetrics(
                done, total, step, completion(step.multipliedBy(total - done), done)),
            new InferenceProgress.ResourceUtilization(use.memoryBytes(), use.busyPercent())));
  }

  /** A batch has its results, and they are stored. */
  public void completed(
      int from,
      int to,
      int steps,
      Duration computed,
      String location,
      List<String> then,
      WorkUse use) {
    gone(from, to);
    voice.sayBeside(
        new InferenceCompleted(
            requestId(sessionId, from, to),
            new InferenceCompleted.ResultMetadata(
                computed, steps, use.memoryBytes(), OptionalDouble.empty()),
            location,
            !then.isEmpty(),
            then));
  }

  /** Others stand in place of a batch, or its results are stored: it is told of no more. */
  public void gone(int from, int to) {
    String request = requestId(sessionId, from, to);
    sampling.forget(request);
    sampling.forget(pictured(request));
  }

  /** Postprocessing of a batch is asked for. */
  public void postprocessing(
      int from,
      int to,
      List<PostprocessingRequest.PipelineStep> pipeline,
      PostprocessingRequest.OutputRequirements output) {
    String request = requestId(sessionId, from, to);
    // Pipelines run beside the devices: no worker has anything to do with it.
    voice.say(new PostprocessingRequest(request, request, pipeline, output), Set.of());
  }

  /** How far the session is, in batches. */
  public void progressed(int completed, int remaining, String activity, WorkUse use) {
    if (sampling.isDue("")) {
      voice.sayBeside(
          new SessionProgressUpdate(
              sessionId,
              new SessionProgressUpdate.ProgressMetrics(completed, remaining, Optional.empty()),
              activity,
              new SessionProgressUpdate.ResourceUsage(use.memoryBytes(), use.busyPercent())));
    }
  }

  /** The runner ends: what is held of the session is forgotten. */
  public void over() {
    voice.over(sessionId);
  }

  /** Documents may be pages long; what is told of them is kept for those who watch. */
  private static String shortened(String document) {
    return document.length() <= DOCUMENT_MAX
        ? document
        : document.substring(0, DOCUMENT_MAX - 1) + "\u2026";
  }

  /**
   * Steps of postprocessing are few and fast: the first is told even right after an inference's.
   */
  private static String pictured(String request) {
    return request + " pictures";
  }

  private Optional<Instant> completion(Duration left, int done) {
    return done == 0 ? Optional.empty() : Optional.of(clock.instant().plus(left));
  }
}
