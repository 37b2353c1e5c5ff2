package io.mainstay.persistence.history;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.util.List;

/** What was done while the worker of a device was out of reach. Names and fields only grow. */
public sealed interface OutageEvent extends CausedEvent {
  /** Which device. */
  String deviceId();

  /**
   * The worker does not answer or is gone: changes of state that need the device wait from here on.
   *
   * @param epoch of the worker
   * @param freezeMillis how long they wait at most
   * @param models that the worker held: what is compared with later
   */
  record StateFrozen(
      EventMeta meta,
      String deviceId,
      long epoch,
      String reason,
      long freezeMillis,
      List<String> models)
      implements OutageEvent {
    public StateFrozen {
      models = List.copyOf(models);
    }
  }

  /**
   * The device was told to bring a worker up now, whatever it waits for.
   *
   * @param attempt from 1
   * @param nextMillis until the next one, or until it is given up
   */
  record ReconnectionAttempted(EventMeta meta, String deviceId, int attempt, long nextMillis)
      implements OutageEvent {}

  /**
   * The device is in reach again.
   *
   * @param how {@code answered} if it is the same worker, {@code successor} if another one
   * @param attempts that were made
   */
  record Reconnected(
      EventMeta meta, String deviceId, long epoch, String how, int attempts, long outMillis)
      implements OutageEvent {}

  /**
   * The node believed one thing of a model, the worker says another. Journals of before say it so;
   * now it is {@link ConsistencyEvent.DivergenceFound}, with its source, and what was done is in
   * {@link ConsistencyEvent.DivergenceRepaired} and {@link DependentsNotified}.
   *
   * @param field that they disagree about
   * @param authority who is right about it
   * @param actions of the repair, by the seeds' names
   * @param dependents who uses the model, for people
   */
  record ModelStateDiverged(
      EventMeta meta,
      String deviceId,
      String modelId,
      String field,
      String orchestratorState,
      String workerState,
      String authority,
      List<String> actions,
      List<String> dependents)
      implements OutageEvent {
    public ModelStateDiverged {
      actions = List.copyOf(actions);
      dependents = List.copyOf(dependents);
    }
  }

  /**
   * Both sides were compared, and differences repaired.
   *
   * @param method {@code checkpoint_comparison}
   * @param compared models and reservations that were looked at
   * @param lost models of the checkpoint that did not come back
   * @param diverged differences that there were
   * @param remaining those that a second look still found; empty if both sides agree
   */
  record StateReconciled(
      EventMeta meta,
      String deviceId,
      String method,
      int compared,
      List<String> lost,
      int diverged,
      List<String> remaining)
      implements OutageEvent {
    public StateReconciled {
      lost = List.copyOf(lost);
      remaining = List.copyOf(remaining);
    }
  }

  /**
   * Those who depend on a model were told that its state is not what it was believed to be.
   *
   * @param confirmed parts of the node that have acted on it
   * @param silent those that were told and did not confirm in time
   */
  record DependentsNotified(
      EventMeta meta, String deviceId, String modelId, List<String> confirmed, List<String> silent)
      implements OutageEvent {
    public DependentsNotified {
      confirmed = List.copyOf(confirmed);
      silent = List.copyOf(silent);
    }
  }

  /**
   * The device is given up for now: its work is about to be moved.
   *
   * @param others devices that serve
   */
  record FailoverDecided(EventMeta meta, String deviceId, String reason, List<String> others)
      implements OutageEvent {
    public FailoverDecided {
      others = List.copyOf(others);
    }
  }

  /** Changes of state that waited go on. */
  record StateThawed(EventMeta meta, String deviceId, String reason, long frozenMillis)
      implements OutageEvent {}

  /**
   * The device stays out of reach, and its work was moved to others. Journals of before have it
   * once the others were told.
   *
   * @param strategy {@code graceful_degradation}
   * @param moved models that others have instead, each as {@code model onto device}
   * @param notMoved models that no other has, each with the reason
   */
  record FailoverActivated(
      EventMeta meta, String deviceId, String strategy, List<String> moved, List<String> notMoved)
      implements OutageEvent {
    public FailoverActivated {
      moved = List.copyOf(moved);
      notMoved = notMoved == null ? List.of() : List.copyOf(notMoved);
    }
  }

  /** The device serves again. */
  record FailoverEnded(EventMeta meta, String deviceId, long epoch, long failoverMillis)
      implements OutageEvent {}
}
