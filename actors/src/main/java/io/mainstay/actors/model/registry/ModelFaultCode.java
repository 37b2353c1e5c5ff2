package io.mainstay.actors.model.registry;

import java.util.Arrays;
import java.util.Optional;

/** Stable codes of what the model domain refuses or finds broken. The texts never change. */
public enum ModelFaultCode {
  MODEL_UNKNOWN("model_unknown"),
  MODEL_MANIFEST_MISSING("model_manifest_missing"),
  MODEL_MANIFEST_INVALID("model_manifest_invalid"),
  MODEL_ID_TAKEN("model_id_taken"),
  MODEL_FILE_MISSING("model_file_missing"),
  MODEL_FILE_UNREADABLE("model_file_unreadable"),
  MODEL_FILE_OUTSIDE("model_file_outside_directory"),
  MODEL_FILE_TRUNCATED("model_file_truncated"),
  MODEL_SIZE_MISMATCH("model_size_mismatch"),
  MODEL_NOT_ONNX("model_not_onnx"),
  MODEL_CHECKSUM_MISMATCH("model_checksum_mismatch"),
  MODEL_CACHE_FAILED("model_cache_failed"),
  /** A component that the kind of model cannot do without; the name is the error catalog's. */
  MODEL_COMPONENT_MISSING("model_component_missing"),
  MODEL_COMPONENT_MISMATCH("model_component_mismatch"),
  MODEL_OPSET_UNSUPPORTED("model_opset_unsupported"),
  MODEL_SIGNATURE_MISMATCH("model_signature_mismatch"),
  MODEL_FALLBACK_UNKNOWN("model_fallback_unknown"),
  MODEL_FALLBACK_CYCLE("model_fallback_cycle"),
  MODEL_IN_USE("model_in_use"),
  MODEL_LOADING_FAILURE("model_loading_failure"),
  MODEL_LOAD_OVERDUE("model_load_overdue"),
  /** More memory than any device has; no waiting helps. */
  MODEL_EXCEEDS_DEVICES("model_exceeds_devices"),
  DEVICE_UNKNOWN("device_unknown"),
  DEVICE_NOT_SERVING("device_not_serving"),
  DEVICE_BUSY("device_busy_loading"),
  DOMAIN_OVERDUE("domain_answer_overdue");

  private final String code;

  ModelFaultCode(String code) {
    this.code = code;
  }

  /** The stable text. */
  public String code() {
    return code;
  }

  /** The code of that text, if it is one of ours. */
  public static Optional<ModelFaultCode> of(String text) {
    return Arrays.stream(values()).filter(code -> code.code.equals(text)).findFirst();
  }

  /** Whether another model may stand in before this one was ever asked for on a device. */
  public boolean callsForAnother() {
    return blamesFile() || this == MODEL_EXCEEDS_DEVICES;
  }

  /** Whether the file itself is at fault: no retry helps until it is replaced. */
  public boolean blamesFile() {
    return this == MODEL_FILE_MISSING
        || this == MODEL_FILE_UNREADABLE
        || this == MODEL_FILE_OUTSIDE
        || this == MODEL_FILE_TRUNCATED
        || this == MODEL_SIZE_MISMATCH
        || this == MODEL_NOT_ONNX
        || this == MODEL_COMPONENT_MISSING
        || this == MODEL_COMPONENT_MISMATCH
        || this == MODEL_OPSET_UNSUPPORTED
        || this == MODEL_CHECKSUM_MISMATCH;
  }
}
