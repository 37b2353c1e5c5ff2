package io.mainstay.actors.recovery.recognition;

import static java.util.Map.entry;

import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.protocol.WorkerBlame;
import java.util.Map;
import java.util.Optional;

/**
 * Refusals that are errors, by their code: what a model's file, a parameter, a template, a policy,
 * a checkpoint or a reservation was refused for. Most refusals are answers and no errors. Pure.
 */
public final class Refusals {
  private static final Map<String, ErrorNames> OF_REQUESTS =
      Map.ofEntries(
          entry("invalid_parameter", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("invalid_input", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("bad_steps", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("bad_eta", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("unknown_scheduler", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("empty_text", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("empty_prompt", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("text_too_long", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("prompt_too_long", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("picture_too_large", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("request_too_large", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("not_a_picture", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("damaged_picture", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("tokenizer_failed", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("model_unsuitable", ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE),
          entry("model_exceeds_devices", ErrorNames.DEVICE_CAPABILITY_MISMATCH));

  private static final Map<String, ErrorNames> OF_THE_NODE =
      Map.ofEntries(
          entry("unusable_scheduler", ErrorNames.WORKFLOW_TEMPLATE_CORRUPTION),
          entry("tokenizer_unusable", ErrorNames.MODEL_DEPENDENCY_FAILURE),
          entry("safety_policy_unusable", ErrorNames.SAFETY_VALIDATION_SYSTEM_FAILURE),
          entry("reviews_unavailable", ErrorNames.SAFETY_VALIDATION_SYSTEM_FAILURE),
          entry("unusable_output", ErrorNames.INFERENCE_MEMORY_CORRUPTION),
          entry("incomplete_results", ErrorNames.SESSION_MANAGEMENT_CORRUPTION),
          entry("unusable_result", ErrorNames.SESSION_MANAGEMENT_CORRUPTION),
          entry("checkpoint_unusable", ErrorNames.NO_VALID_CHECKPOINTS_AVAILABLE),
          entry("storage_unavailable", ErrorNames.DATABASE_FAILURE),
          entry("heap_reserved", ErrorNames.RESOURCE_ALLOCATION_CONFLICT),
          entry("device_reserved", ErrorNames.DEVICE_RESERVATION_FAILED),
          entry("worker_refused", ErrorNames.VRAM_ALLOCATION_FAILED),
          entry("resources_not_released", ErrorNames.MODEL_MEMORY_LEAK),
          entry("no_answer_in_time", ErrorNames.CROSS_DOMAIN_COMMUNICATION_FAILURE));

  private Refusals() {}

  /** The error that a refusal of that code is; empty for one that is an answer and no error. */
  public static Optional<Recognised> recognise(String code, String message) {
    ErrorNames ofRequest = OF_REQUESTS.get(code);
    if (ofRequest != null) {
      return Optional.of(Recognised.of(ofRequest, WorkerBlame.REQUEST, code + ": " + message));
    }
    Optional<ErrorNames> error = Optional.ofNullable(OF_THE_NODE.get(code));
    return error
        .or(() -> ModelFaultCode.of(code).flatMap(Refusals::ofModel))
        .or(() -> CatalogName.find(ErrorNames.class, code).filter(Refusals::isRaisedByRefusals))
        .map(found -> Recognised.of(found, code + ": " + message));
  }

  /**
   * The error that a refusal on its way out to a caller is, where nobody inside has said it:
   * models, memory and the storage speak for themselves.
   */
  public static Optional<Recognised> ofCallers(String code, String message) {
    return ModelFaultCode.of(code).isPresent() || code.equals("storage_unavailable")
        ? Optional.empty()
        : recognise(code, message);
  }

  /** What the model domain refuses. */
  static Optional<ErrorNames> ofModel(ModelFaultCode code) {
    return switch (code) {
      // Wrong names, busy models, and what a device's own error says already.
      case MODEL_UNKNOWN, MODEL_ID_TAKEN, MODEL_IN_USE, DEVICE_UNKNOWN, DEVICE_NOT_SERVING ->
          Optional.empty();
      case MODEL_MANIFEST_MISSING,
          MODEL_MANIFEST_INVALID,
          MODEL_FILE_MISSING,
          MODEL_FILE_UNREADABLE,
          MODEL_FILE_OUTSIDE,
          MODEL_FALLBACK_UNKNOWN,
          MODEL_FALLBACK_CYCLE ->
          Optional.of(ErrorNames.MODEL_DEPENDENCY_FAILURE);
      case MODEL_FILE_TRUNCATED,
          MODEL_SIZE_MISMATCH,
          MODEL_NOT_ONNX,
          MODEL_CHECKSUM_MISMATCH,
          MODEL_CACHE_FAILED ->
          Optional.of(ErrorNames.MODEL_CACHE_CORRUPTION);
      case MODEL_COMPONENT_MISSING -> Optional.of(ErrorNames.MODEL_COMPONENT_MISSING);
      case MODEL_COMPONENT_MISMATCH, MODEL_OPSET_UNSUPPORTED ->
          Optional.of(ErrorNames.INFERENCE_MODEL_INCOMPATIBILITY);
      case MODEL_SIGNATURE_MISMATCH -> Optional.of(ErrorNames.MODEL_VERSION_MISMATCH);
      case MODEL_LOADING_FAILURE -> Optional.of(ErrorNames.MODEL_LOADING_FAILURE);
      case MODEL_LOAD_OVERDUE -> Optional.of(ErrorNames.MODEL_LOADING_DEADLOCK);
      case MODEL_EXCEEDS_DEVICES -> Optional.of(ErrorNames.DEVICE_CAPABILITY_MISMATCH);
      case DEVICE_BUSY -> Optional.of(ErrorNames.MODEL_LOADING_RESOURCE_CONFLICT);
      case DOMAIN_OVERDUE -> Optional.of(ErrorNames.CROSS_DOMAIN_COMMUNICATION_FAILURE);
    };
  }

  /** Codes that are an error's own name. */
  private static boolean isRaisedByRefusals(ErrorNames error) {
    return switch (error) {
      case WORKFLOW_ORCHESTRATION_FAILURE,
          POSTPROCESSING_ENGINE_FAILURE,
          INFERENCE_ENGINE_FAILURE,
          INFERENCE_TIMEOUT_EXCEEDED ->
          true;
      // The others are raised where they are seen.
      default -> false;
    };
  }
}
