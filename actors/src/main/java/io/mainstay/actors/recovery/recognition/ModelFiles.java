package io.mainstay.actors.recovery.recognition;

import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.recovery.ErrorNames;
import java.util.Optional;

/** Models whose files or graphs are not what they should be, by problem and by use. Pure. */
public final class ModelFiles {
  private ModelFiles() {}

  /**
   * The error that a problem of a model is.
   *
   * @param component whose file it is, or empty
   * @param ofPostprocessing whether the model judges or enlarges pictures
   */
  public static Optional<Recognised> recognise(
      String modelId,
      ModelFaultCode code,
      String cause,
      String component,
      boolean ofPostprocessing) {
    return Refusals.ofModel(code)
        .map(error -> narrowed(error, code, component, ofPostprocessing))
        .map(error -> Recognised.of(error, modelId + ": " + code.code() + ": " + cause));
  }

  private static ErrorNames narrowed(
      ErrorNames error, ModelFaultCode code, String component, boolean ofPostprocessing) {
    if (ofPostprocessing && code.blamesFile()) {
      return ErrorNames.POSTPROCESSING_MODEL_CORRUPTION;
    }
    boolean gone =
        code == ModelFaultCode.MODEL_FILE_MISSING || code == ModelFaultCode.MODEL_FILE_UNREADABLE;
    return gone && !component.isEmpty() ? ErrorNames.MODEL_COMPONENT_MISSING : error;
  }
}
