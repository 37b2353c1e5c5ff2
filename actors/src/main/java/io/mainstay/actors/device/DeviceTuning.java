package io.mainstay.actors.device;

import com.typesafe.config.Config;
import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.state.DeviceConfigUpdate;
import io.mainstay.protocol.state.MemoryAllocationPolicy;
import io.mainstay.protocol.state.OptimizationProfile;
import io.mainstay.protocol.state.StatePriority;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a device's worker is tuned. Pure. While memory is short, freed memory goes back at once,
 * whatever is configured.
 *
 * @param profile whether compute threads of models loaded from then on wait busily
 * @param memory how much freed memory the worker keeps
 */
public record DeviceTuning(OptimizationProfile profile, MemoryAllocationPolicy memory) {
  /** What a worker does unless it is told otherwise. */
  public static final DeviceTuning BALANCED =
      new DeviceTuning(OptimizationProfile.BALANCED, MemoryAllocationPolicy.BALANCED);

  /** Reads a device's own settings, and {@code defaults} for those that it does not have. */
  static DeviceTuning of(Config device, Config defaults) {
    Config settings = device.withFallback(defaults);
    return new DeviceTuning(
        named(OptimizationProfile.class, settings, "optimization-profile"),
        named(MemoryAllocationPolicy.class, settings, "memory-allocation-policy"));
  }

  /** What the worker is told under that pressure. No backend can set a limit of power. */
  public DeviceConfigUpdate told(String deviceId, PressureLevel pressure) {
    boolean isShort = pressure.compareTo(PressureLevel.HIGH) >= 0;
    return new DeviceConfigUpdate(
        deviceId,
        new DeviceConfigUpdate.Changes(
            Optional.of(profile),
            OptionalInt.empty(),
            Optional.of(isShort ? MemoryAllocationPolicy.CONSERVATIVE : memory)),
        isShort ? StatePriority.HIGH : StatePriority.NORMAL,
        true);
  }

  private static <E extends Enum<E>> E named(Class<E> type, Config settings, String key) {
    String value = settings.getString(key);
    return Arrays.stream(type.getEnumConstants())
        .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "mainstay.device."
                        + key
                        + " is \""
                        + value
                        + "\"; allowed are "
                        + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT)));
  }
}
