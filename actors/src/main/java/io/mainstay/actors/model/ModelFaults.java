package io.mainstay.actors.model;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.model.registry.ModelProblem;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.ModelFiles;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.saga.SagaOutcome;

/** Says what is wrong with models and their loads, so that recovery hears of it. Thread-safe. */
public final class ModelFaults {
  private final FaultVoice voice;

  private ModelFaults(FaultVoice voice) {
    this.voice = voice;
  }

  /** The voice of that node's model domain. */
  public static ModelFaults of(ActorSystem<?> system) {
    return new ModelFaults(FaultVoice.of(system));
  }

  /**
   * Files of a model are not what they should be.
   *
   * @param kind of the model
   */
  public void broken(String modelId, String kind, ModelProblem problem) {
    voice.raise(
        place(modelId),
        ModelFiles.recognise(
            modelId,
            problem.code(),
            problem.cause(),
            problem.component(),
            kind.equals("safety") || kind.equals("upscaling")),
        null);
  }

  /** A load was refused, or failed. */
  public void notLoaded(String modelId, Refusal why, String component) {
    ModelFaultCode.of(why.code())
        .flatMap(code -> ModelFiles.recognise(modelId, code, why.getMessage(), component, false))
        .ifPresent(sign -> voice.raise(place(modelId), sign, null));
  }

  /** What a load had taken was given back because the rest could not be had. */
  public void takenBack(String modelId, SagaOutcome outcome) {
    voice.raise(
        place(modelId),
        Recognised.of(
            ErrorNames.PARTIAL_RESOURCE_ALLOCATION_FAILURE,
            "the load of "
                + modelId
                + " was taken back: "
                + outcome.code()
                + ": "
                + outcome.message()),
        outcome.meta());
  }

  private static String place(String modelId) {
    return "model/" + modelId;
  }
}
