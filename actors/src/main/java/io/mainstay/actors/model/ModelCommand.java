package io.mainstay.actors.model;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.persistence.saga.SagaWork;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What other domains ask of the model domain; handled by {@code ModelSupervisor}. Node-local. */
public sealed interface ModelCommand
    permits ModelCommand.ListModels,
        ModelCommand.Show,
        ModelCommand.Resolve,
        ModelCommand.ResolveUsable,
        ModelCommand.EnsureLoaded,
        ModelCommand.Unload,
        ModelCommand.Verify,
        ModelCommand.FindAlternatives,
        ModelCommand.Hold,
        ModelCommand.Used,
        ModelCommand.Pin,
        ModelCommand.Unpin,
        ModelCommand.Rescan,
        ModelCommand.CarryOut,
        ModelCommand.Freeze,
        ModelCommand.Thaw,
        ModelCommand.FailOver,
        ModelCommand.Compare,
        ModelCommand.Reconcile,
        ModelCommand.GetFacts,
        ModelCommand.Believe,
        ModelCommand.TendLease,
        CacheCommand,
        ModelCommand.TrimCache,
        ModelNotice {
  /** All models of the registry, broken ones included. */
  record ListModels(ActorRef<ModelList> replyTo) implements ModelCommand {}

  /** Reply to {@link ListModels}. */
  record ModelList(List<ModelView> models) {
    public ModelList {
      models = List.copyOf(models);
    }
  }

  /** Everything about one model, which may be broken; refused if there is none of that id. */
  record Show(String modelId, ActorRef<StatusReply<ModelDetail>> replyTo) implements ModelCommand {}

  /**
   * The descriptor of a model; refused with the known ids when there is none, or with what is
   * broken.
   */
  record Resolve(String modelId, ActorRef<StatusReply<ModelDescriptor>> replyTo)
      implements ModelCommand {}

  /**
   * As {@link Resolve}, for work that is still to be accepted: refused too when no device has room
   * for the model even if it holds nothing else.
   */
  record ResolveUsable(String modelId, ActorRef<StatusReply<ModelDescriptor>> replyTo)
      implements ModelCommand {}

  /**
   * Makes sure that the model is loaded on that device; starts a load saga when it is not, joins
   * one that runs. Refused with code, cause and remedy when it does not fit or cannot be loaded.
   */
  record EnsureLoaded(
      String modelId, String deviceId, ActorRef<StatusReply<ModelDescriptor>> replyTo)
      implements ModelCommand {}

  /**
   * Unloads it and gives its memory back; answered when the worker holds it no more and the ledger
   * has no reservation of it. Refused, with the holders' names, while somebody holds it.
   *
   * @param deviceId empty for every device that holds it
   */
  record Unload(String modelId, String deviceId, ActorRef<StatusReply<Unloaded>> replyTo)
      implements ModelCommand {}

  /**
   * Reads every file of a model anew, whatever is remembered of it. What is found broken is refused
   * from then on.
   *
   * @param modelId empty for all models
   */
  record Verify(String modelId, ActorRef<StatusReply<Verified>> replyTo) implements ModelCommand {}

  /** Reply to {@link Verify}. */
  record Verified(List<ModelVerification> models) {
    public Verified {
      models = List.copyOf(models);
    }
  }

  /** What may stand in for a model that cannot be used, best first. */
  record FindAlternatives(String modelId, ActorRef<StatusReply<Alternatives>> replyTo)
      implements ModelCommand {}

  /**
   * From now until {@code holder} ends, somebody uses the model: it is not unloaded. Told again it
   * counts once.
   *
   * @param name of the holder for people, such as {@code session 01JD}
   * @param holder whose end ends it
   */
  record Hold(String modelId, String name, ActorRef<?> holder) implements ModelCommand {}

  /**
   * Holds a sound model until {@link Unpin}, and reads its files ahead; answered with what is held.
   * Refused when there is no such model, it is broken, or its files take more than that. Told again
   * it counts once.
   *
   * @param holder unique, and a name for people, such as {@code transaction 01JD}
   * @param bytesMax that its files may take; 0 for any size
   */
  record Pin(
      String modelId, String holder, long bytesMax, ActorRef<StatusReply<ModelDescriptor>> replyTo)
      implements ModelCommand {}

  /** The holder holds nothing any more. Harmless if it held nothing. */
  record Unpin(String holder, ActorRef<akka.Done> replyTo) implements ModelCommand {}

  /** Somebody used the model just now and holds nothing; may be told less often than it is so. */
  record Used(String modelId) implements ModelCommand {}

  /** Reads the models directories again. */
  record Rescan(ActorRef<ModelList> replyTo) implements ModelCommand {}

  /**
   * Loads and unloads of that device wait, in order, until {@link Thaw}, for so long at most. What
   * runs goes on.
   */
  record Freeze(String deviceId, Duration longest) implements ModelCommand {}

  /** What waited goes on. */
  record Thaw(String deviceId) implements ModelCommand {}

  /**
   * The device is given up for now: what waits for it is refused, and models that it alone had are
   * loaded onto the others, as {@link EnsureLoaded} does it. Answered when those loads are over.
   * Asked again before the device serves again, it moves nothing twice.
   *
   * @param others devices that serve
   * @param longest after which a load counts as not done
   */
  record FailOver(
      String deviceId,
      String reason,
      List<String> others,
      Duration longest,
      ActorRef<Moved> replyTo)
      implements ModelCommand {
    public FailOver {
      others = List.copyOf(others);
    }
  }

  /**
   * Answer to {@link FailOver}.
   *
   * @param models that are there now, each as {@code model onto device}
   * @param notMoved those that are not, each with the reason
   */
  record Moved(List<String> models, List<String> notMoved) {
    public Moved {
      models = List.copyOf(models);
      notMoved = List.copyOf(notMoved);
    }
  }

  /**
   * As {@link Reconcile}, and changes nothing: what differs is among the differences and remains.
   */
  record Compare(String deviceId, ActorRef<StatusReply<Reconciled>> replyTo)
      implements ModelCommand {}

  /**
   * Compares what is believed of the models of a device, and what the ledger has for them, with
   * what its worker reports; repairs by the authority over each field, and looks again. Refused
   * when the device or the memory domain does not answer, or no worker serves.
   */
  record Reconcile(String deviceId, ActorRef<StatusReply<Reconciled>> replyTo)
      implements ModelCommand {}

  /** Where the models are believed to be, and which files the sound ones have. */
  record GetFacts(ActorRef<ModelFacts> replyTo) implements ModelCommand {}

  /** As if the device had said that its worker has exactly these: a fault to be found. */
  record Believe(String deviceId, Set<String> models) implements ModelCommand {
    public Believe {
      models = Set.copyOf(models);
    }
  }

  /**
   * Of a device of this node: the saga has the lease of loading no more, if it had it; otherwise it
   * has it from now on, if it is free, and nobody will give it back: a fault to be found.
   */
  record TendLease(String deviceId, String sagaId, boolean free) implements ModelCommand {}

  /**
   * Files that are kept read ahead are let go, the one used longest ago first, until at most that
   * share of all of them is left. A model that is loaded needs none of them before its next load.
   *
   * @param keep 0 to 1
   * @param heldToo whether those of models that somebody holds may go
   */
  record TrimCache(double keep, boolean heldToo, ActorRef<Trimmed> replyTo)
      implements ModelCommand {}

  /** Reply to {@link TrimCache}, with the models whose files were let go. */
  record Trimmed(long bytesBefore, long bytesAfter, List<String> models) {
    public Trimmed {
      models = List.copyOf(models);
    }
  }

  /** A step of a load saga, from {@code SagaDesk}. Answered to the saga. */
  record CarryOut(SagaWork work) implements ModelCommand {}
}
