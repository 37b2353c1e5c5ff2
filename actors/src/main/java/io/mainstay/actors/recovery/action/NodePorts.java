package io.mainstay.actors.recovery.action;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.consistency.ConsistencyMonitor;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.outage.OutageCommand;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.pause.PauseCommand;
import io.mainstay.actors.transaction.TransactionCommand;

/** The domains as they are now: they begin anew together, and have other references then. */
public record NodePorts(
    ActorRef<DeviceCommand> device,
    ActorRef<MemoryCommand> memory,
    ActorRef<ModelCommand> model,
    ActorRef<OutageCommand> outages,
    ActorRef<ProcessingCommand> processing,
    ActorRef<PauseCommand> pauses,
    ActorRef<InferenceCommand> inference,
    ActorRef<PostprocessingCommand> postprocessing,
    ActorRef<TransactionCommand> transaction,
    ActorRef<ConsistencyMonitor.Command> consistency) {}
