package io.mainstay.actors.transaction;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The four atomic operations from parameters as typed, under the names that the operations have
 * them. Pure. Sizes take a unit, of which GB and GiB are both 2^30 bytes; so do times.
 */
public final class TransactionParams {
  private static final Pattern NUMBER = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]*)");
  private static final long MILLIS_MAX = 24L * 3_600_000;
  private static final Map<String, Long> BYTES =
      Map.of(
          "", 1L, "b", 1L, "kb", 1L << 10, "kib", 1L << 10, "mb", 1L << 20, "mib", 1L << 20, "gb",
          1L << 30, "gib", 1L << 30);
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L);

  private final String operation;
  private final Map<String, String> given;
  private final List<String> known = new ArrayList<>();

  private TransactionParams(String operation, Map<String, String> given) {
    this.operation = operation;
    this.given = new LinkedHashMap<>(given);
  }

  /** Names of the operations. */
  public static List<String> operations() {
    return List.of(
        TransactionPlan.DEVICE_MEMORY,
        TransactionPlan.MODEL_MEMORY,
        TransactionPlan.PROCESSING_INFERENCE,
        TransactionPlan.INFERENCE_POSTPROCESSING);
  }

  /**
   * An operator's plan.
   *
   * @param transactionId names what it holds
   * @throws Refusal if there is no such operation or parameter, or a value is no good
   */
  public static TransactionPlan plan(
      String operation, Map<String, String> params, String transactionId) {
    TransactionParams read = new TransactionParams(operation, params);
    TransactionPlan plan =
        switch (operation) {
          case TransactionPlan.DEVICE_MEMORY -> read.deviceMemory(transactionId);
          case TransactionPlan.MODEL_MEMORY -> read.modelMemory(transactionId);
          case TransactionPlan.PROCESSING_INFERENCE -> read.processingInference(transactionId);
          case TransactionPlan.INFERENCE_POSTPROCESSING ->
              read.inferencePostprocessing(transactionId);
          default ->
              throw Refusal.of(
                  "unknown_operation",
                  "there is no atomic operation '" + operation + "'",
                  "Use one of " + String.join(", ", operations()));
        };
    read.refuseUnknown();
    return plan;
  }

  private TransactionPlan deviceMemory(String id) {
    String device = required("device_id");
    return new TransactionPlan.DeviceMemory(
        Owners.OPERATOR,
        new ParticipantWork.ReserveDevice(
            device,
            optional("operation_type", "model_loading"),
            millis("estimated_duration", "30s")),
        new ParticipantWork.AllocateMemory(
            device,
            holder(id),
            bytes("allocation_size", null),
            optional("allocation_purpose", "model_cache")),
        yes("with_worker", "no"));
  }

  private TransactionPlan modelMemory(String id) {
    return new TransactionPlan.ModelMemory(
        Owners.OPERATOR,
        new ParticipantWork.PrepareModel(
            required("model_id"), optional("cache_location", "ram"), bytes("required_space", "0")),
        new ParticipantWork.AllocateMemory(
            required("target_device"),
            holder(id),
            bytes("reservation_size", null),
            optional("reservation_purpose", "model_loading")),
        yes("with_worker", "yes"));
  }

  private TransactionPlan processingInference(String id) {
    String device = required("gpu_allocation");
    return new TransactionPlan.ProcessingInference(
        Owners.OPERATOR,
        new ParticipantWork.ReserveSession(
            optional("session_id", id),
            bytes("memory", null),
            device,
            optional("session_priority", "normal")),
        new ParticipantWork.PrepareInference(
            optional("batch_id", id),
            device,
            names("model_requirements", null),
            optional("inference_type", "text_to_image")));
  }

  private TransactionPlan inferencePostprocessing(String id) {
    return new TransactionPlan.InferencePostprocessing(
        Owners.OPERATOR,
        new ParticipantWork.PrepareInference(
            optional("request_id", id),
            required("device_id"),
            names("model_requirements", null),
            optional("inference_type", "text_to_image")),
        new ParticipantWork.PreparePipeline(
            optional("pipeline_id", id),
            optional("expected_input_format", "tensor"),
            names("processing_sequence", "safety_check,upscaling"),
            optional("format_conversion", "png")));
  }

  private static String holder(String transactionId) {
    return MemoryOwners.ofTransaction(transactionId);
  }

  private String optional(String name, String otherwise) {
    known.add(name);
    String value = given.getOrDefault(name, otherwise);
    return value == null ? "" : value.strip();
  }

  private boolean yes(String name, String otherwise) {
    String value = optional(name, otherwise);
    if (!value.equals("yes") && !value.equals("no")) {
      throw Refusal.of(
          "invalid_parameter", "the parameter " + name + " is '" + value + "'", "Give yes or no");
    }
    return value.equals("yes");
  }

  private String required(String name) {
    String value = optional(name, "");
    if (value.isEmpty()) {
      throw Refusal.of(
          "invalid_parameter",
          operation + " needs the parameter " + name,
          "Give it with --param " + name + "=VALUE");
    }
    return value;
  }

  private List<String> names(String name, String otherwise) {
    String value = otherwise == null ? required(name) : optional(name, otherwise);
    return List.of(value.split("\\s*,\\s*"));
  }

  private long bytes(String name, String otherwise) {
    String value = otherwise == null ? required(name) : optional(name, otherwise);
    long least = otherwise == null ? 1 : 0;
    return number(name, value, BYTES, least, Long.MAX_VALUE, "bytes, such as 8589934592 or 8GB");
  }

  private long millis(String name, String otherwise) {
    return number(
        name, optional(name, otherwise), MILLIS, 1, MILLIS_MAX, "a time up to 24h, such as 30s");
  }

  private static long number(
      String name, String value, Map<String, Long> units, long least, long most, String wanted) {
    Matcher parts = NUMBER.matcher(value);
    Long unit = parts.matches() ? units.get(parts.group(2).toLowerCase(Locale.ROOT)) : null;
    try {
      if (unit != null) {
        long result = Math.multiplyExact(Long.parseLong(parts.group(1)), unit);
        if (result >= least && result <= most) {
          return result;
        }
      }
    } catch (ArithmeticException tooLarge) {
      // Refused as any other that is out of bounds.
      unit = null;
    }
    throw Refusal.of(
        "invalid_parameter", "the parameter " + name + " is '" + value + "'", "Give " + wanted);
  }

  private void refuseUnknown() {
    TreeSet<String> unknown = new TreeSet<>(given.keySet());
    known.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw Refusal.of(
          "invalid_parameter",
          operation + " has no parameter " + String.join(", ", unknown),
          "It has " + String.join(", ", known));
    }
  }
}
