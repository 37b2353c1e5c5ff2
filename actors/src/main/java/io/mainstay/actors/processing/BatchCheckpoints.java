package io.mainstay.actors.processing;

import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.processing.checkpoint.CheckpointBlob;
import io.mainstay.actors.processing.checkpoint.CheckpointMark;
import io.mainstay.actors.processing.checkpoint.CheckpointPolicy;
import io.mainstay.actors.processing.checkpoint.UnusableCheckpointException;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionWork;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * The checkpoints of a session's batches. They are encoded and stored beside the steps, so that the
 * next step waits for none of it, and count once the journal names them. Confined to its runner.
 */
final class BatchCheckpoints {
  /** A checkpoint in the blob store, and what writing it took. */
  record Stored(BlobRef blob, long costNanos) {}

  private final ActorContext<RunnerMessage> ctx;
  private final String sessionId;
  private final CheckpointPolicy policy;
  private final ArtifactStore artifacts;
  private final RunnerJournal journal;
  private final JobBoard jobs;
  private final BiConsumer<BatchJob, List<SessionWork.Pending>> replaced;
  private final Executor blocking;
  // Of the last one, whichever batch it was of: batches of a session are alike.
  private long costNanos;

  /**
   * @param replaced called when the journal has something else in the place of a batch
   */
  BatchCheckpoints(
      ActorContext<RunnerMessage> ctx,
      String sessionId,
      CheckpointPolicy policy,
      ArtifactStore artifacts,
      RunnerJournal journal,
      JobBoard jobs,
      BiConsumer<BatchJob, List<SessionWork.Pending>> replaced) {
    this.ctx = ctx;
    this.sessionId = sessionId;
    this.policy = policy;
    this.artifacts = artifacts;
    this.journal = journal;
    this.jobs = jobs;
    this.replaced = replaced;
    this.blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
  }

  /** A step is done, or a checkpoint written: writes one if one is due. */
  void consider(BatchJob job) {
    if (job.program() == null) {
      return;
    }
    CheckpointMark mark = job.checkpoint();
    int done = job.program().progress().done();
    if (mark.writing()
        || !policy.due(System.nanoTime() - mark.atNanos(), done - mark.step(), costNanos)) {
      return;
    }
    List<String> superseded = owners(job, mark.superseded());
    job.checkpoint(mark.begun(done));
    BatchProgram program = job.program();
    List<String> fingerprints = job.fingerprints();
    String owner = WorkOwner.ofCheckpoint(sessionId, job.range(), done);
    ctx.pipeToSelf(
        CompletableFuture.supplyAsync(
            () -> {
              release(superseded);
              return store(program, fingerprints, owner, done);
            },
            blocking),
        (stored, failure) -> new RunnerMessage.CheckpointStored(job, done, stored, failure));
  }

  /** On the blocking dispatcher. Null if the program has none to give. */
  private Stored store(BatchProgram program, List<String> fingerprints, String owner, int step) {
    long began = System.nanoTime();
    Optional<byte[]> bytes = program.checkpoint();
    if (bytes.isEmpty()) {
      return null;
    }
    try {
      BlobRef blob =
          artifacts.put(
              owner, "checkpoint-" + step, new CheckpointBlob(fingerprints, bytes.get()).toBytes());
      return new Stored(blob, System.nanoTime() - began);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  void onStored(RunnerMessage.CheckpointStored told) {
    BatchJob job = told.job();
    if (!jobs.holds(job)) {
      // Put when the batch was over. Another job of these documents may have named the same one.
      if (!jobs.hasOneLike(job)) {
        releaseLater(owners(job, List.of(told.step())));
      }
      return;
    }
    if (told.stored() == null) {
      if (told.failure() != null) {
        // The batch itself goes on; after a node's death it would begin earlier.
        ctx.getLog()
            .warn(
                "Checkpoint not stored session={} range={} cause={}",
                sessionId,
                job.range(),
                ModelLookup.cause(told.failure()).getMessage());
      }
      job.checkpoint(job.checkpoint().skipped(System.nanoTime(), told.step()));
      consider(job);
      return;
    }
    costNanos = told.stored().costNanos();
    journal.record(
        "a checkpoint",
        replyTo ->
            new SessionProtocol.RecordCheckpoint(
                job.range(),
                told.step(),
                told.stored().blob().sha256(),
                job.dispatched().epoch(),
                replyTo),
        recorded -> onRecorded(told, recorded));
  }

  private void onRecorded(RunnerMessage.CheckpointStored told, SessionProtocol.Recorded recorded) {
    BatchJob job = told.job();
    if (!jobs.holds(job)) {
      // Over meanwhile: all that it owned is released.
      return;
    }
    if (!recorded.next().isEmpty()) {
      replaced.accept(job, recorded.next());
    } else {
      job.checkpoint(job.checkpoint().done(System.nanoTime(), told.step()));
      job.named(new SessionWork.Checkpoint(told.step(), told.stored().blob().sha256()));
      consider(job);
    }
  }

  /**
   * The batch is over, or others are in its place: nobody goes on from its checkpoints.
   *
   * @param next what the journal has in its place; the same documents go on from the same ones
   */
  void release(BatchJob job, List<SessionWork.Pending> next) {
    if (next.stream().noneMatch(batch -> batch.range().equals(job.range()))) {
      releaseLater(owners(job, job.checkpoint().owned()));
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

  /**
   * What a checkpoint of the journal holds. Blocks.
   *
   * @throws UnusableCheckpointException if it is not there, or damaged
   */
  static CheckpointBlob read(ArtifactStore artifacts, SessionWork.Checkpoint checkpoint)
      throws UnusableCheckpointException {
    try (InputStream in = artifacts.open(checkpoint.sha256())) {
      return CheckpointBlob.of(in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UnusableCheckpointException(
          "it cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }
}
