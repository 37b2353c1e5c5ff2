package io.mainstay.actors.recovery.action.processing;

import io.mainstay.persistence.blob.BlobCheck;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.checkpoint.CheckpointChain;
import io.mainstay.persistence.checkpoint.UnusableCheckpointException;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionWork;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is left of a session's work, read from the blob store and compared with what its journal
 * says. Immutable.
 *
 * @param sessionId of it
 * @param finished whether it is over
 * @param results finished batches
 * @param damaged names of inputs and results that are missing or not what was stored
 * @param batches that are not finished
 */
record SessionArtifacts(
    String sessionId, boolean finished, int results, List<String> damaged, List<Batch> batches) {
  /** What is said where there is no session to have any. */
  static final String NONE = "no session is open";

  /**
   * One batch without its result.
   *
   * @param goesOnFrom as its journal has it, or null: from its beginning
   * @param usable the latest checkpoint that can be read to its end, if there is one
   * @param lost steps of those that cannot
   */
  record Batch(
      DocumentRange range,
      SessionWork.Checkpoint goesOnFrom,
      Optional<SessionWork.Checkpoint> usable,
      List<Integer> lost) {
    Batch {
      lost = List.copyOf(lost);
    }

    /** Whether its journal has it go on from what can be read, or from its beginning. */
    boolean isRight() {
      return goesOnFrom == null || usable.filter(goesOnFrom::equals).isPresent();
    }
  }

  SessionArtifacts {
    damaged = List.copyOf(damaged);
    batches = List.copyOf(batches);
  }

  /** Blocking: reads every blob of it. */
  static SessionArtifacts read(SessionProtocol.Restartable session, BlobStore blobs) {
    SessionWork.Remaining work = session.remaining();
    List<String> damaged = new ArrayList<>();
    for (BlobRef input : work.inputs()) {
      if (blobs.verify(input.sha256()) != BlobCheck.INTACT) {
        damaged.add("input " + input.name());
      }
    }
    for (SessionWork.Completed done : work.completed()) {
      if (blobs.verify(done.resultSha256()) != BlobCheck.INTACT) {
        damaged.add("result of " + done.range());
      }
    }
    return new SessionArtifacts(
        session.view().sessionId(),
        session.view().finished(),
        work.completed().size(),
        damaged,
        work.pending().stream().map(pending -> batch(pending, blobs)).toList());
  }

  private static Batch batch(SessionWork.Pending pending, BlobStore blobs) {
    List<Integer> lost = new ArrayList<>();
    List<SessionWork.Checkpoint> inOrder =
        Stream.concat(Stream.ofNullable(pending.checkpoint()), pending.others().stream()).toList();
    for (SessionWork.Checkpoint checkpoint : inOrder) {
      if (isUsable(checkpoint.sha256(), blobs)) {
        return new Batch(pending.range(), pending.checkpoint(), Optional.of(checkpoint), lost);
      }
      lost.add(checkpoint.step());
    }
    return new Batch(pending.range(), pending.checkpoint(), Optional.empty(), lost);
  }

  private static boolean isUsable(String sha256, BlobStore blobs) {
    try {
      CheckpointChain.read(
          name -> {
            try (InputStream in = blobs.open(name)) {
              return in.readAllBytes();
            }
          },
          sha256);
      return true;
    } catch (UnusableCheckpointException damaged) {
      return false;
    }
  }

  /** Batches that can go on from a checkpoint. */
  long withCheckpoint() {
    return batches.stream().filter(batch -> batch.usable().isPresent()).count();
  }

  /** Batches whose journal has them go on from what cannot be read. */
  List<Batch> wrong() {
    return batches.stream().filter(batch -> !batch.isRight()).toList();
  }

  /** Whether it could go on: its inputs and results are whole, its journal is right. */
  boolean isConsistent() {
    return damaged.isEmpty() && wrong().isEmpty();
  }

  /** One line for people, of several. */
  static String text(List<SessionArtifacts> all) {
    return all.isEmpty()
        ? NONE
        : all.stream().map(SessionArtifacts::text).collect(Collectors.joining("; "));
  }

  /** One line for people. */
  String text() {
    String steps =
        batches.stream()
            .flatMap(
                batch ->
                    batch.usable().stream().map(one -> batch.range() + " from step " + one.step()))
            .toList()
            .toString();
    return "session %s: %d batches finished, %d left, %d of them with a usable checkpoint %s%s"
        .formatted(
            sessionId,
            results,
            batches.size(),
            withCheckpoint(),
            steps,
            damaged.isEmpty() ? "" : "; damaged: " + String.join(", ", damaged));
  }
}
