package io.mainstay.actors.degradation;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What people cannot do while a mode holds, and what they can do instead. Pure. */
public final class LimitedFeatures {
  private static final double MIB = 1 << 20;

  private final Restrictions demands;

  private LimitedFeatures(Restrictions demands) {
    this.demands = demands;
  }

  /** Those that these demands limit. */
  public static LimitedFeatures of(Restrictions demands) {
    return new LimitedFeatures(demands);
  }

  /** What is not done, in the order of the domains; if that is nothing, what is done less of. */
  public String affected() {
    String off =
        sorted().stream()
            .map(operation -> operation.code().replace('_', ' '))
            .collect(Collectors.joining(", "));
    return off.isEmpty() ? String.join(", ", DemandText.of(demands)) : off;
  }

  /** The same together with all limits, where one text has both. */
  public String affectedWithLimits() {
    String limits = String.join(", ", DemandText.of(demands));
    return limits.isEmpty() ? affected() : affected() + "; and limits hold: " + limits;
  }

  /** What people notice, a sentence. */
  public String impact() {
    List<String> limits = DemandText.of(demands);
    return limits.isEmpty()
        ? "these are refused or left out."
        : "these are refused or left out, and limits hold: " + String.join(", ", limits) + ".";
  }

  /** What to use instead; that all else works as usual, where nothing stands in. */
  public String alternatives() {
    Set<String> all = new LinkedHashSet<>();
    sorted().forEach(operation -> all.add(instead(operation)));
    all.remove("");
    return all.isEmpty() ? "everything else works as usual" : String.join(", ", all);
  }

  private List<Operation> sorted() {
    return demands.off().stream().sorted().toList();
  }

  private String instead(Operation operation) {
    return switch (operation) {
      case GPU_OPERATIONS, GPU_INFERENCE -> "the CPU computes";
      case ADVANCED_DEVICE_CONTROL -> "reservations of memory without a device";
      case DEVICE_SPECIFIC_MEMORY_ALLOCATIONS,
          DEVICE_DEPENDENT_MODEL_LOADING,
          DEVICE_TARGETED_INFERENCE_OPERATIONS ->
          "the other devices";
      case LARGE_ALLOCATIONS,
          LARGE_MEMORY_ALLOCATIONS,
          MEMORY_INTENSIVE_MODEL_OPERATIONS,
          HIGH_MEMORY_PROCESSING_SESSIONS ->
          "reservations and batches up to " + mebibytes(demands.memory().allocationMax());
      case LARGE_MODEL_CACHING -> "models up to " + mebibytes(demands.models().bytesMax());
      case ADVANCED_MODEL_FEATURES, EXTERNAL_MODEL_LOADING -> "the product's own models";
      case AFFECTED_MODEL_LOADING, MODEL_DEPENDENT_INFERENCE -> "other models of the same kind";
      case BATCH_PROCESSING -> "sessions of class standard or interactive";
      case CONCURRENT_SESSIONS -> "sessions one after the other";
      case COMPLEX_WORKFLOWS -> "generating and upscaling in two sessions";
      case ADVANCED_CUSTOMIZATION, ADVANCED_INFERENCE_FEATURES -> "prompts without a negative one";
      case HIGH_RESOLUTION_INFERENCE ->
          "pictures up to " + demands.inference().sideMax() + " pixels a side";
      case ADVANCED_POSTPROCESSING, COMPLEX_ENHANCEMENT, MULTIPLE_POSTPROCESSING_STEPS ->
          "upscaling once, to twice the size";
      // Slower, and otherwise the same.
      case DEVICE_OPTIMIZATION,
          MEMORY_OPTIMIZATION,
          MODEL_OPTIMIZATION,
          MODEL_OPTIMIZATION_OPERATIONS,
          PREEMPTIVE_LOADING ->
          "";
    };
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MiB", bytes / MIB);
  }
}
