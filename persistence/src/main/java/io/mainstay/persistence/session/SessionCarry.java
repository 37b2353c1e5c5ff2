package io.mainstay.persistence.session;

import io.mainstay.persistence.serialization.EventMeta;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a further attempt takes over of a session: the order, its plan, and what was paid for. Only
 * whole batches of the plan; parts of split ones are computed again. Pure.
 *
 * @param ofSession the former attempt
 * @param cause its first event
 * @param fromStep step of each batch to go on from at the latest; -1 for all that is there
 * @param documents of the plan; -1 if there was none
 * @param completed batches whose results are kept
 * @param checkpoints of the other batches
 */
public record SessionCarry(
    String ofSession,
    EventMeta cause,
    int fromStep,
    Workflow workflow,
    List<BlobRef> inputs,
    WorkClass workClass,
    String outputDirectory,
    int documents,
    List<SessionWork.Completed> completed,
    List<Points> checkpoints) {
  /** From everything that is there. */
  public static final int EVERYTHING = -1;

  /**
   * Checkpoints of one batch.
   *
   * @param steps in the order of trial
   */
  public record Points(DocumentRange range, List<SessionWork.Checkpoint> steps) {
    public Points {
      steps = List.copyOf(steps);
    }
  }

  public SessionCarry {
    inputs = List.copyOf(inputs);
    completed = List.copyOf(completed);
    checkpoints = List.copyOf(checkpoints);
  }

  /**
   * Decides what is kept. With a step, no result is kept, since each batch has gone beyond it, and
   * of the checkpoints those at or below it, the latest first.
   *
   * @param fromStep 0 or more, or {@link #EVERYTHING}
   */
  public static SessionCarry of(SessionProtocol.Restartable former, int fromStep) {
    SessionWork.Remaining work = former.remaining();
    int batch = work.workflow().batchDocuments();
    List<Points> points = new ArrayList<>();
    for (SessionWork.Pending pending : work.pending()) {
      List<SessionWork.Checkpoint> steps =
          Stream.concat(Stream.ofNullable(pending.checkpoint()), pending.others().stream())
              .filter(known -> fromStep == EVERYTHING || known.step() <= fromStep)
              .sorted(Comparator.comparingInt(SessionWork.Checkpoint::step).reversed())
              .toList();
      if (!steps.isEmpty() && whole(pending.range(), batch, work.documents())) {
        points.add(new Points(pending.range(), steps));
      }
    }
    List<SessionWork.Completed> completed =
        fromStep == EVERYTHING
            ? work.completed().stream()
                .filter(done -> whole(done.range(), batch, work.documents()))
                .toList()
            : List.of();
    return new SessionCarry(
        former.view().sessionId(),
        former.accepted(),
        fromStep,
        work.workflow(),
        work.inputs(),
        work.workClass(),
        work.outputDirectory(),
        work.documents(),
        completed,
        points);
  }

  /** The same with these checkpoints: the others cannot be used. */
  public SessionCarry withCheckpoints(List<Points> usable) {
    return new SessionCarry(
        ofSession,
        cause,
        fromStep,
        workflow,
        inputs,
        workClass,
        outputDirectory,
        documents,
        completed,
        usable);
  }

  private static boolean whole(DocumentRange range, int batch, int documents) {
    return range.from() % batch == 0 && range.size() == Math.min(batch, documents - range.from());
  }
}
