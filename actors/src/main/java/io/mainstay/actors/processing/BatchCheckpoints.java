package io.mainstay.actors.processing;

import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.processing.checkpoint.CheckpointMark;
import io.mainstay.actors.processing.checkpoint.CheckpointMeter;
import io.mainstay.actors.processing.checkpoint.CheckpointSettings;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.persistence.checkpoint.CheckpointBlob;
import io.mainstay.persistence.checkpoint.CheckpointEncoder;
import io.mainstay.persistence.checkpoint.CheckpointHolds;
import io.mainstay.persistence.checkpoint.CheckpointId;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The checkpoints of a session's batches. They are encoded and stored beside the steps, so that the
 * next step waits for none of it, and count once the journal names them. Confined to its runner.
 */
final class BatchCheckpoints {
  /** What a runner calls the record of one. */
  static final String RECORD = "a checkpoint";

  /** Whose state the checkpoints hold. */
  private static final String COMPONENT = "processing";

  /**
   * A checkpoint in the blob store.
   *
   * @param made what the next one may be the difference to
   * @param base what this one is the difference to, or empty
   * @param costNanos what writing it took
   * @param sinceNanos from the one before until this one began
   */
  record Stored(
      BlobRef blob, CheckpointEncoder made, String base, long costNanos, long sinceNanos) {}

  private final ActorContext<RunnerMessage> ctx;
  private final String sessionId;
  private final CheckpointSettings settings;
  private final CheckpointMeter meter;
  private final ArtifactStore artifacts;
  private final RunnerJournal journal;
  private final CheckpointHolds holds;
  private final JobBoard jobs;
  private final BiConsumer<BatchJob, List<SessionWork.Pending>> replaced;
  private final Executor blocking;
  // Whose last checkpoint is waited for, and by whom.
  private final Set<BatchJob> saving = new HashSet<>();
  private final List<Consumer<Boolean>> saved = new ArrayList<>();
  private boolean allWritten = true;
  // Steps that former jobs of documents wrote whose next job has not begun.
  private final Map<DocumentRange, Set<Integer>> inherited = new HashMap<>();

  /**
   * @param replaced called when the journal has something else in the place of a batch
   */
  BatchCheckpoints(
      ActorContext<RunnerMessage> ctx,
      String sessionId,
      CheckpointSettings settings,
      CheckpointMeter meter,
      ArtifactStore artifacts,
      CheckpointHolds holds,
      RunnerJournal journal,
      JobBoard jobs,
      BiConsumer<BatchJob, List<SessionWork.Pending>> replaced) {
    this.ctx = ctx;
    this.sessionId = sessionId;
    this.settings = settings;
    this.meter = meter;
    this.artifacts = artifacts;
    this.holds = holds;
    this.journal = journal;
    this.jobs = jobs;
    this.replaced = replaced;
    this.blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
  }

  /** Begins: what earlier jobs of its documents wrote is let go with what it writes itself. */
  void begin(BatchJob job) {
    Set<Integer> steps = inherited.remove(job.range());
    if (steps != null) {
      job.checkpoint(job.checkpoint().owning(steps));
    }
  }

  /** A step is done, or a checkpoint written: writes one if one is due. */
  void consider(BatchJob job) {
    if (job.program() == null) {
      return;
    }
    CheckpointMark mark = job.checkpoint();
    int done = job.program().progress().done();
    if (!mark.writing()
        && settings
            .policy()
            .due(System.nanoTime() - mark.atNanos(), done - mark.step(), meter.expectedNanos())) {
      write(job);
    }
  }

  /**
   * Writes where these are, due or not; they do not go on meanwhile.
   *
   * @param then called once, when all is journaled, or there is nothing to write; false if one
   *     could not be stored
   */
  void save(Collection<BatchJob> all, Consumer<Boolean> then) {
    saved.add(then);
    saving.addAll(all);
    List.copyOf(all).forEach(this::goOnSaving);
    tellSaved();
  }

  private void goOnSaving(BatchJob job) {
    CheckpointMark mark = job.checkpoint();
    if (!saving.contains(job) || mark.writing()) {
      return;
    }
    if (jobs.holds(job) && job.program() != null && job.program().progress().done() > mark.step()) {
      write(job);
    } else {
      saving.remove(job);
      tellSaved();
    }
  }

  private void tellSaved() {
    if (saving.isEmpty()) {
      List<Consumer<Boolean>> told = List.copyOf(saved);
      boolean written = allWritten;
      saved.clear();
      allWritten = true;
      told.forEach(then -> then.accept(written));
    }
  }

  private void write(BatchJob job) {
    CheckpointMark mark = job.checkpoint();
    int done = job.program().progress().done();
    int kept = settings.retention().perBatch();
    long since = System.nanoTime() - mark.atNanos();
    List<Integer> gone =
        mark.superseded(kept, step -> holds.isHeld(new CheckpointId(sessionId, job.range(), step)));
    List<String> superseded = owners(job, gone);
    job.checkpoint(mark.begun(done, gone));
    CheckpointEncoder before = job.before();
    BatchProgram program = job.program();
    List<String> fingerprints = job.fingerprints();
    String owner = WorkOwner.ofCheckpoint(sessionId, job.range(), done);
    ctx.pipeToSelf(
        CompletableFuture.supplyAsync(
            () -> {
              release(superseded);
              return store(before, program, fingerprints, owner, done, since);
            },
            blocking),
        (stored, failure) -> new RunnerMessage.CheckpointStored(job, done, stored, failure));
  }

  /** On the blocking dispatcher. Null if the program has none to give. */
  private Stored store(
      CheckpointEncoder before,
      BatchProgram program,
      List<String> fingerprints,
      String owner,
      int step,
      long sinceNanos) {
    long began = System.nanoTime();
    Optional<byte[]> state = program.checkpoint();
    if (state.isEmpty()) {
      return null;
    }
    try {
      CheckpointBlob taken =
          CheckpointEncoder.encode(
              before,
              settings.differences(),
              fingerprints,
              Instant.now(),
              step,
              COMPONENT,
              state.get());
      List<String> chain = new ArrayList<>();
      if (taken.incremental()) {
        // What it is based on stays as long as it does.
        chain.addAll(before.sha256s());
        artifacts.keep(owner, chain);
      }
      BlobRef blob = artifacts.put(owner, "checkpoint-" + step, taken.toBytes());
      chain.add(0, blob.sha256());
      return new Stored(
          blob,
          new CheckpointEncoder(blob.sha256(), state.get(), chain),
          taken.baseSha256(),
          System.nanoTime() - began,
          sinceNanos);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  void onStored(RunnerMessage.CheckpointStored told) {
    BatchJob job = told.job();
    if (!jobs.holds(job)) {
      forget(job);
      outlived(job, told.step());
      return;
    }
    if (told.stored() == null) {
      if (told.failure() != null) {
        allWritten &= !saving.contains(job);
        // The batch itself goes on; after a node's death it would begin earlier.
        ctx.getLog()
            .warn(
                "Checkpoint not stored session={} range={} cause={}",
                sessionId,
                job.range(),
                ModelLookup.cause(told.failure()).getMessage());
      }
      job.checkpoint(job.checkpoint().skipped(System.nanoTime(), told.step()));
      next(job);
      return;
    }
    Stored stored = told.stored();
    job.before(stored.made());
    meter.taken(
        !stored.base().isEmpty(), stored.blob().bytes(), stored.costNanos(), stored.sinceNanos());
    int named = job.checkpoint().named();
    journal.record(
        RECORD,
        replyTo ->
            new SessionProtocol.RecordCheckpoint(
                job.range(),
                told.step(),
                stored.blob().sha256(),
                named,
                job.dispatched().epoch(),
                new SessionProtocol.CheckpointCost(
                    stored.base(),
                    stored.blob().bytes(),
                    stored.costNanos() / 1_000,
                    stored.sinceNanos() / 1_000),
                replyTo),
        recorded -> onRecorded(told, recorded));
  }

  private void onRecorded(RunnerMessage.CheckpointStored told, SessionProtocol.Recorded recorded) {
    BatchJob job = told.job();
    if (!jobs.holds(job)) {
      forget(job);
      // Over meanwhile: all that it owned is released.
      return;
    }
    if (!recorded.next().isEmpty()) {
      replaced.accept(job, recorded.next());
    } else {
      job.checkpoint(job.checkpoint().done(System.nanoTime(), told.step()));
      job.named(new SessionWork.Checkpoint(told.step(), told.stored().blob().sha256()));
      next(job);
    }
  }

  private void next(BatchJob job) {
    goOnSaving(job);
    consider(job);
  }

  private void forget(BatchJob job) {
    if (saving.remove(job)) {
      tellSaved();
    }
  }

  /**
   * The batch is over, or others are in its place: nobody goes on from its checkpoints.
   *
   * @param next what the journal has in its place; the same documents go on from the same ones
   */
  void release(BatchJob job, List<SessionWork.Pending> next) {
    forget(job);
    if (next.stream().anyMatch(batch -> batch.range().equals(job.range()))) {
      inherited
          .computeIfAbsent(job.range(), range -> new HashSet<>())
          .addAll(job.checkpoint().owned());
    } else {
      releaseLater(owners(job, job.checkpoint().owned()));
    }
  }

  /** The session is over: nobody goes on from any. */
  void releaseAll() {
    jobs.all().forEach(job -> release(job, List.of()));
    inherited.forEach(
        (range, steps) ->
            releaseLater(
                steps.stream()
                    .map(step -> WorkOwner.ofCheckpoint(sessionId, range, step))
                    .toList()));
    inherited.clear();
  }

  /** Put when its job was over: whoever works on the same documents lets it go with its own. */
  private void outlived(BatchJob job, int step) {
    BatchJob heir = jobs.oneLike(job);
    if (heir != null) {
      heir.checkpoint(heir.checkpoint().owning(List.of(step)));
    } else if (inherited.containsKey(job.range())) {
      inherited.get(job.range()).add(step);
    } else {
      releaseLater(owners(job, List.of(step)));
    }
  }

  private List<String> owners(BatchJob job, List<Integer> steps) {
    return steps.stream()
        .map(step -> WorkOwner.ofCheckpoint(sessionId, job.range(), step))
        .toList();
  }

  private void releaseLater(List<String> owners) {
    if (!owners.isEmpty()) {
      blocking.execute(() -> release(owners));
    }
  }

  /** On the blocking dispatcher. */
  private void release(List<String> owners) {
    try {
      for (String owner : owners) {
        artifacts.release(owner);
      }
    } catch (IOException kept) {
      // It costs disk only, until the releaser of leftovers comes by.
      ctx.getSystem()
          .log()
          .warn("Checkpoint not released session={} cause={}", sessionId, kept.toString());
    }
  }
}
