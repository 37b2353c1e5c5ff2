package io.mainstay.actors.model;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.persistence.saga.SagaWork;
import java.util.List;

/** What other domains ask of the model domain; handled by {@code ModelSupervisor}. Node-local. */
public sealed interface ModelCommand
    permits ModelCommand.ListModels,
        ModelCommand.Resolve,
        ModelCommand.EnsureLoaded,
        ModelCommand.Unload,
        ModelCommand.Rescan,
        ModelCommand.CarryOut,
        ModelNotice {
  /** All models of the registry, broken ones included. */
  record ListModels(ActorRef<ModelList> replyTo) implements ModelCommand {}

  /** Reply to {@link ListModels}. */
  record ModelList(List<ModelView> models) {
    public ModelList {
      models = List.copyOf(models);
    }
  }

  /**
   * The descriptor of a model; refused with the known ids when there is none, or with what is
   * broken.
   */
  record Resolve(String modelId, ActorRef<StatusReply<ModelDescriptor>> replyTo)
      implements ModelCommand {}

  /**
   * Makes sure that the model is loaded on that device; starts a load saga when it is not, joins
   * one that runs. Refused with code, cause and remedy when it does not fit or cannot be loaded.
   */
  record EnsureLoaded(
      String modelId, String deviceId, ActorRef<StatusReply<ModelDescriptor>> replyTo)
      implements ModelCommand {}

  /** Unloads it from the device and gives its memory back. */
  record Unload(String modelId, String deviceId, ActorRef<StatusReply<Long>> replyTo)
      implements ModelCommand {}

  /** Reads the models directories again. */
  record Rescan(ActorRef<ModelList> replyTo) implements ModelCommand {}

  /** A step of a load saga, from {@code SagaDesk}. Answered to the saga. */
  record CarryOut(SagaWork work) implements ModelCommand {}
}
