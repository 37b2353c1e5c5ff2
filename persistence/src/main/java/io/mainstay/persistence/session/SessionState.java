package io.mainstay.persistence.session;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.JournalEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A session's life stages. Written as snapshots; names and fields only grow. */
sealed interface SessionState extends JournalEvent {
  /**
   * What was asked.
   *
   * @param accepted the first event
   * @param standIn model that the work goes on with in the place of the workflow's; empty if none
   *     was taken, also in snapshots of earlier versions
   */
  record Order(
      String sessionId,
      Workflow workflow,
      List<BlobRef> inputs,
      WorkClass workClass,
      String outputDirectory,
      String submittedBy,
      EventMeta accepted,
      String standIn) {
    public Order {
      inputs = List.copyOf(inputs);
      standIn = standIn == null ? "" : standIn;
    }

    /** With the stand-in that the event names, if it names one. */
    Order after(SessionEvent.WorkflowDegraded event) {
      return event.standIn().isEmpty()
          ? this
          : new Order(
              sessionId,
              workflow,
              inputs,
              workClass,
              outputDirectory,
              submittedBy,
              accepted,
              event.standIn());
    }
  }

  /** Nobody asked for anything yet. */
  record Empty() implements SessionState {
    Accepted accepted(SessionEvent.WorkflowAccepted event) {
      return new Accepted(
          new Order(
              event.sessionId(),
              event.workflow(),
              event.inputs(),
              event.workClass(),
              event.outputDirectory(),
              event.submittedBy(),
              event.meta(),
              ""),
          List.of());
    }
  }

  /** Everything but {@link Empty}. */
  sealed interface Known extends SessionState {
    Order order();

    /** The plan, unless none was made. */
    Optional<WorkPlan> workPlan();

    /** What the user does not get as asked, one sentence each. */
    List<String> degradations();
  }

  /** There is work to do. */
  sealed interface Active extends Known {
    /** Cause of an event that no batch led to. */
    EventMeta latest();

    default Failed failed(SessionEvent.WorkflowFailed event) {
      return new Failed(
          order(),
          workPlan().orElse(null),
          event.code(),
          event.message(),
          event.remedy(),
          event.meta().at(),
          degradations());
    }

    default Cancelled cancelled(SessionEvent.WorkflowCancelled event) {
      return new Cancelled(
          order(), workPlan().orElse(null), event.reason(), event.meta().at(), degradations());
    }

    /** After one more degradation. */
    SessionState degraded(SessionEvent.WorkflowDegraded event);
  }

  /** Nothing more will happen. */
  sealed interface Finished extends Known {
    Instant finishedAt();
  }

  /** Accepted, not counted yet. */
  record Accepted(Order order, List<String> degradations) implements Active {
    public Accepted {
      degradations = degradations == null ? List.of() : List.copyOf(degradations);
    }

    Running planned(SessionEvent.PlanMade event) {
      return new Running(order, WorkPlan.of(event), List.of(), null, degradations);
    }

    @Override
    public Accepted degraded(SessionEvent.WorkflowDegraded event) {
      return new Accepted(order.after(event), distinct(degradations, List.of(event.what())));
    }

    @Override
    public Optional<WorkPlan> workPlan() {
      return Optional.empty();
    }

    @Override
    public EventMeta latest() {
      return order.accepted();
    }
  }

  /**
   * The plan is made.
   *
   * @param outputs written already, right before the completion
   * @param lastDone event of the latest batch that got its result or was given up, or null
   * @param degradations known so far
   */
  record Running(
      Order order,
      WorkPlan plan,
      List<BlobRef> outputs,
      EventMeta lastDone,
      List<String> degradations)
      implements Active {
    public Running {
      outputs = List.copyOf(outputs);
      degradations = degradations == null ? List.of() : List.copyOf(degradations);
    }

    Running dispatched(SessionEvent.BatchDispatched event) {
      return new Running(order, plan.dispatched(event), outputs, lastDone, degradations);
    }

    Running checkpointed(SessionEvent.BatchCheckpointed event) {
      return new Running(order, plan.checkpointed(event), outputs, lastDone, degradations);
    }

    Running restored(SessionEvent.CheckpointRestored event) {
      return new Running(order, plan.restored(event), outputs, lastDone, degradations);
    }

    Running interrupted(SessionEvent.BatchInterrupted event) {
      return new Running(order, plan.interrupted(event), outputs, lastDone, degradations);
    }

    Running replanned(SessionEvent.BatchReplanned event) {
      return new Running(order, plan.split(event), outputs, lastDone, degradations);
    }

    Running batchCompleted(SessionEvent.BatchCompleted event) {
      return new Running(order, plan.completed(event), outputs, event.meta(), degradations);
    }

    Running poisoned(SessionEvent.DocumentPoisoned event) {
      return new Running(order, plan.poisoned(event), outputs, event.meta(), degradations);
    }

    Running outputsWritten(SessionEvent.OutputsWritten event) {
      return new Running(
          order, plan, event.outputs(), event.meta(), distinct(degradations, event.degradations()));
    }

    @Override
    public Running degraded(SessionEvent.WorkflowDegraded event) {
      return new Running(
          order.after(event),
          plan,
          outputs,
          lastDone,
          distinct(degradations, List.of(event.what())));
    }

    Completed completed(SessionEvent.WorkflowCompleted event) {
      return new Completed(order, plan, outputs, event.meta().at(), degradations);
    }

    @Override
    public Optional<WorkPlan> workPlan() {
      return Optional.of(plan);
    }

    @Override
    public EventMeta latest() {
      return lastDone == null ? plan.made() : lastDone;
    }
  }

  /** Done. */
  record Completed(
      Order order,
      WorkPlan plan,
      List<BlobRef> outputs,
      Instant finishedAt,
      List<String> degradations)
      implements Finished {
    public Completed {
      outputs = List.copyOf(outputs);
      degradations = degradations == null ? List.of() : List.copyOf(degradations);
    }

    @Override
    public Optional<WorkPlan> workPlan() {
      return Optional.of(plan);
    }
  }

  /** Could not be done. The plan is null if it failed before one was made. */
  record Failed(
      Order order,
      WorkPlan plan,
      String code,
      String message,
      String remedy,
      Instant finishedAt,
      List<String> degradations)
      implements Finished {
    public Failed {
      degradations = degradations == null ? List.of() : List.copyOf(degradations);
    }

    @Override
    public Optional<WorkPlan> workPlan() {
      return Optional.ofNullable(plan);
    }
  }

  /** Stopped on request. The plan is null if none was made. */
  record Cancelled(
      Order order, WorkPlan plan, String reason, Instant finishedAt, List<String> degradations)
      implements Finished {
    public Cancelled {
      degradations = degradations == null ? List.of() : List.copyOf(degradations);
    }

    @Override
    public Optional<WorkPlan> workPlan() {
      return Optional.ofNullable(plan);
    }
  }

  private static List<String> distinct(List<String> known, List<String> more) {
    return Stream.concat(known.stream(), more.stream()).distinct().toList();
  }
}
