package io.mainstay.persistence.session;

import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.JournalEvent;
import java.util.ArrayList;
import java.util.List;

/** The events of a session that completes, for tests of other packages, and what they make. */
public final class SessionHistory {
  private SessionHistory() {}

  /** Accepted, planned, each batch dispatched, checkpointed and completed, outputs, done. */
  public static List<SessionEvent> completed(
      EventStamper stamper, String sessionId, List<BlobRef> inputs, String blob, int batches) {
    List<SessionEvent> events = new ArrayList<>();
    EventMeta last = stamper.root();
    events.add(
        new SessionEvent.WorkflowAccepted(
            last,
            sessionId,
            new Workflow.TextEmbedding("m", 1),
            inputs,
            WorkClass.STANDARD,
            "",
            "test"));
    last = stamper.causedBy(last);
    events.add(new SessionEvent.PlanMade(last, batches, 1));
    for (int i = 0; i < batches; i++) {
      DocumentRange range = new DocumentRange(i, i + 1);
      last = stamper.causedBy(last);
      events.add(new SessionEvent.BatchDispatched(last, range, "cpu-0", 1, 1));
      last = stamper.causedBy(last);
      events.add(new SessionEvent.BatchCheckpointed(last, range, 1, blob, 1, "", 1, 1, 1));
      last = stamper.causedBy(last);
      events.add(new SessionEvent.BatchCompleted(last, range, blob, "f", "cpu-0", 1, 5));
    }
    last = stamper.causedBy(last);
    events.add(new SessionEvent.OutputsWritten(last, List.of(), List.of()));
    events.add(new SessionEvent.WorkflowCompleted(stamper.causedBy(last), batches, 0));
    return events;
  }

  /** What the first so many events make. */
  public static JournalEvent state(List<SessionEvent> events, int first) {
    SessionState state = new SessionState.Empty();
    for (SessionEvent event : events.subList(0, first)) {
      state = SessionFold.after(state, event);
    }
    return state;
  }
}
