package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.inference.InferenceCommand.TurnReply;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The batches that a runner works on, and the turns that they wait for or have. Each wait is timed.
 * Confined to its runner.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "resources",
    fields = "conflicts")
final class JobBoard {
  private final ActorContext<RunnerMessage> ctx;
  private final TimerScheduler<RunnerMessage> timers;
  private final String sessionId;
  private final ActorRef<InferenceCommand> inference;
  private final ActorRef<TurnReply> replies;
  private final Duration patience;
  private final Map<DocumentRange, BatchJob> jobs = new HashMap<>();
  private long turns;

  JobBoard(
      ActorContext<RunnerMessage> ctx,
      TimerScheduler<RunnerMessage> timers,
      String sessionId,
      ActorRef<InferenceCommand> inference,
      Duration patience) {
    this.ctx = ctx;
    this.timers = timers;
    this.sessionId = sessionId;
    this.inference = inference;
    this.replies = ctx.messageAdapter(TurnReply.class, RunnerMessage.Turn::new);
    this.patience = patience;
  }

  boolean isEmpty() {
    return jobs.isEmpty();
  }

  int size() {
    return jobs.size();
  }

  boolean holds(BatchJob job) {
    return jobs.get(job.range()) == job;
  }

  /** The job of the same documents, this one or another; null if there is none. */
  BatchJob oneLike(BatchJob job) {
    return jobs.get(job.range());
  }

  BatchJob begin(SessionWork.Pending batch) {
    BatchJob job = new BatchJob(batch);
    jobs.put(batch.range(), job);
    return job;
  }

  void end(BatchJob job) {
    jobs.remove(job.range());
    timers.cancel(job.range());
  }

  /** The job with that turn, or null: then it was given up before the answer came. */
  BatchJob of(String turnId) {
    return jobs.values().stream()
        .filter(job -> job.turnId().equals(turnId))
        .findFirst()
        .orElse(null);
  }

  /** The same; its turn is over, and nothing is waited for. */
  BatchJob turnOver(String turnId) {
    BatchJob job = of(turnId);
    if (job != null) {
      timers.cancel(job.range());
      job.turnOver();
    }
    return job;
  }

  /** Asks for a fresh turn. */
  void askForTurn(BatchJob job, String modelId, WorkClass workClass) {
    job.wants(sessionId + "/" + ctx.getSelf().path().uid() + "/" + turns++, modelId);
    askAgain(job, workClass);
  }

  /** Asks for the same turn: harmless if it was heard. */
  void askAgain(BatchJob job, WorkClass workClass) {
    inference.tell(
        new InferenceCommand.RequestTurn(
            job.turnId(), job.modelId(), workClass, job.suspected(), job.goesOnAt(), replies));
    watch(job, patience);
  }

  /** Its turn must get somewhere within that time. */
  void watch(BatchJob job, Duration limit) {
    timers.startSingleTimer(job.range(), new RunnerMessage.TurnOverdue(job.turnId()), limit);
  }

  /** The job rests before it is tried again. */
  void rest(BatchJob job, Duration pause) {
    timers.startSingleTimer(job.range(), new RunnerMessage.TryAgain(job), pause);
  }

  /** It waits for heap, told again after that time. */
  void watchHeap(BatchJob job, long bytes, Duration limit) {
    timers.startSingleTimer(heapKey(job), new RunnerMessage.HeapOverdue(job, bytes), limit);
  }

  /** It can be prepared now. */
  void heapGranted(BatchJob job) {
    timers.cancel(heapKey(job));
  }

  private static String heapKey(BatchJob job) {
    return "heap " + job.range();
  }

  /** All wait; answered by {@link RunnerMessage.PauseOver}. */
  void pause(Duration pause) {
    timers.startSingleTimer("pause", new RunnerMessage.PauseOver(), pause);
  }

  void granted(BatchJob job, TurnReply.Granted turn) {
    timers.cancel(job.range());
    job.granted(turn);
  }

  /** Its call was answered in time; the turn stays. */
  void answered(BatchJob job) {
    timers.cancel(job.range());
  }

  /** Gives its turn back, if it has or awaits one; a call in flight is cancelled. */
  void leave(BatchJob job) {
    if (!job.turnId().isEmpty()) {
      release(job.turnId());
      turnOver(job.turnId());
    }
  }

  /** All, in the order of their documents. */
  List<BatchJob> all() {
    return jobs.values().stream()
        .sorted(Comparator.comparingInt(job -> job.range().from()))
        .toList();
  }

  void release(String turnId) {
    inference.tell(new InferenceCommand.ReleaseTurn(turnId));
  }

  /** All give their turns back, and rest no more. */
  void leaveAll() {
    jobs.values().forEach(this::leave);
    jobs.keySet().forEach(timers::cancel);
  }

  void releaseAll() {
    jobs.values().stream()
        .map(BatchJob::turnId)
        .filter(turnId -> !turnId.isEmpty())
        .forEach(this::release);
  }
}
