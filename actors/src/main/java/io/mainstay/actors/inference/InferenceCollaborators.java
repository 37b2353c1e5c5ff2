package io.mainstay.actors.inference;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.outage.OutageFeed;
import io.mainstay.actors.recovery.ChildGuard;

/**
 * What the inference domain stands on.
 *
 * @param device tells who serves
 * @param model resolves models and loads them
 * @param textModels the node's open tokenizers
 * @param outages tells which devices nothing is to be planned for
 * @param guard wraps each engine
 */
public record InferenceCollaborators(
    ActorRef<DeviceCommand> device,
    ActorRef<ModelCommand> model,
    TextModels textModels,
    OutageFeed outages,
    ChildGuard guard) {
  /** Of devices that are never out of reach. */
  public InferenceCollaborators(
      ActorRef<DeviceCommand> device,
      ActorRef<ModelCommand> model,
      TextModels textModels,
      ChildGuard guard) {
    this(device, model, textModels, OutageFeed.NONE, guard);
  }
}
