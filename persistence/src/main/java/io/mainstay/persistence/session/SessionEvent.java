package io.mainstay.persistence.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/** What happened to a session. Names and fields only grow. */
public sealed interface SessionEvent extends CausedEvent {
  /** The command and its input are durable; from here on the work is ours. */
  record WorkflowAccepted(
      EventMeta meta,
      String sessionId,
      Workflow workflow,
      List<BlobRef> inputs,
      WorkClass workClass,
      String outputDirectory,
      String submittedBy)
      implements SessionEvent {
    public WorkflowAccepted {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * The batch plan: batch i holds documents [i * batchDocuments, (i + 1) * batchDocuments), the
   * last one fewer. It depends on the input alone.
   */
  record PlanMade(EventMeta meta, int documents, int batchDocuments) implements SessionEvent {}

  /**
   * A batch goes to a worker: once per batch and incarnation, before it is sent.
   *
   * @param attempt counted from 1; the same again when the worker before answered all that it was
   *     asked, and this one goes on
   */
  record BatchDispatched(
      EventMeta meta, DocumentRange range, String device, long epoch, int attempt)
      implements SessionEvent {}

  /**
   * What a batch needs to go on from this step is in the blob store.
   *
   * @param step steps done, counted from the batch's beginning
   * @param sha256 of the checkpoint
   * @param epoch of the worker that did the step
   * @param baseSha256 checkpoint that this one is the difference to; empty for a full one, and in
   *     the first version
   * @param bytes of the blob; 0 in the first version
   * @param writeMicros what encoding and storing took, as the other two times
   * @param sinceMicros from the checkpoint before, or the batch's beginning
   */
  record BatchCheckpointed(
      EventMeta meta,
      DocumentRange range,
      int step,
      String sha256,
      long epoch,
      String baseSha256,
      long bytes,
      long writeMicros,
      long sinceMicros)
      implements SessionEvent {
    public BatchCheckpointed {
      baseSha256 = baseSha256 == null ? "" : baseSha256;
    }
  }

  /**
   * From here on a batch goes on from another checkpoint than its last one: somebody asked for it,
   * the last one cannot be used, or it comes from the session that this one restarts.
   *
   * @param step steps done there; 0 for the batch's beginning
   * @param sha256 of the checkpoint, or empty
   * @param lost steps whose checkpoints cannot be used
   */
  record CheckpointRestored(
      EventMeta meta,
      DocumentRange range,
      int step,
      String sha256,
      List<Integer> lost,
      String reason)
      implements SessionEvent {
    public CheckpointRestored {
      lost = List.copyOf(lost);
    }
  }

  /**
   * This session does the work of another one again, as a further attempt.
   *
   * @param ofSession the other one
   * @param fromStep step of each batch that it goes on from at the latest; -1 for all that is there
   * @param batchesKept results taken over
   */
  record WorkflowRestarted(EventMeta meta, String ofSession, int fromStep, int batchesKept)
      implements SessionEvent {}

  /**
   * The worker died with this batch in flight. {@code causeId} leads to the death.
   *
   * @param deaths since the batch last made progress, this one included
   * @param progress steps of the batch done by then; 0 in the first version and for text
   */
  record BatchInterrupted(
      EventMeta meta,
      DocumentRange range,
      String device,
      long epoch,
      int deaths,
      String reason,
      int progress)
      implements SessionEvent {}

  /**
   * Repeated deaths: the batch is split to find the culprit. Its documents are reported as
   * replanned.
   */
  record BatchReplanned(
      EventMeta meta, DocumentRange range, DocumentRange left, DocumentRange right)
      implements SessionEvent {}

  /**
   * The result of a batch is in the blob store. For text float32, little-endian, documents x
   * dimensions; for pictures a JSON document that names each picture's file.
   */
  record BatchCompleted(
      EventMeta meta,
      DocumentRange range,
      String resultSha256,
      String fingerprint,
      String device,
      long epoch,
      long computeMicros)
      implements SessionEvent {}

  /** One document alone killed its worker; it goes to the dead letters, the others go on. */
  record DocumentPoisoned(EventMeta meta, int index, int deaths, String reason)
      implements SessionEvent {}

  /**
   * The outputs are in the blob store, and in the output directory if one was asked for.
   *
   * @param degradations what the user did not get as asked, such as the directory; none in the
   *     first version
   */
  record OutputsWritten(EventMeta meta, List<BlobRef> outputs, List<String> degradations)
      implements SessionEvent {
    public OutputsWritten {
      outputs = List.copyOf(outputs);
      degradations = degradations == null ? List.of() : List.copyOf(degradations);
    }
  }

  /**
   * The user gets something else than asked for, known before the outputs are written, such as a
   * variant of the model.
   *
   * @param standIn model that the work goes on with, also after a restart; empty, as always in the
   *     first version, if that is not changed by it
   */
  record WorkflowDegraded(
      EventMeta meta, String what, @JsonInclude(JsonInclude.Include.NON_EMPTY) String standIn)
      implements SessionEvent {
    public WorkflowDegraded {
      standIn = standIn == null ? "" : standIn;
    }
  }

  /** Done. */
  record WorkflowCompleted(EventMeta meta, int embedded, int poisoned) implements SessionEvent {}

  /** Cannot be done; says why and what to do. */
  record WorkflowFailed(EventMeta meta, String code, String message, String remedy)
      implements SessionEvent {}

  /** Stopped on request. */
  record WorkflowCancelled(EventMeta meta, String reason) implements SessionEvent {}
}
