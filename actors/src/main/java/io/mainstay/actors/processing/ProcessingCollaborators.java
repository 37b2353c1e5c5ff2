package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.RecipientRef;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.inference.TextModels;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.postprocessing.output.OutputRoots;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.persistence.checkpoint.CheckpointHolds;
import io.mainstay.persistence.session.SessionProtocol;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the processing domain stands on.
 *
 * @param sessions the entity of a session id; asked only once work has arrived
 * @param sessionIds fresh ids
 * @param index sessions in the journal
 * @param inference gives turns
 * @param model resolves models
 * @param postprocessing takes results over
 * @param artifacts where inputs and results lie
 * @param textModels the node's open tokenizers
 * @param outputRoots where outputs may be delivered
 * @param checkpointHolds checkpoints that stay for now
 * @param deadLetters where poison goes
 * @param reservations what sessions reserve before they begin
 * @param guard wraps each runner
 */
public record ProcessingCollaborators(
    Function<String, RecipientRef<SessionProtocol.Command>> sessions,
    Supplier<String> sessionIds,
    SessionIndex index,
    ActorRef<InferenceCommand> inference,
    ActorRef<ModelCommand> model,
    ActorRef<PostprocessingCommand> postprocessing,
    ArtifactStore artifacts,
    TextModels textModels,
    OutputRoots outputRoots,
    CheckpointHolds checkpointHolds,
    DeadLetters deadLetters,
    SessionReservations reservations,
    ChildGuard guard) {}
