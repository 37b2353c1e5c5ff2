package io.mainstay.actors.device;

import com.typesafe.config.Config;
import io.mainstay.actors.device.verdict.HealthLimits;
import io.mainstay.actors.device.verdict.Liveness;
import io.mainstay.actors.device.verdict.ProgressWatch;
import io.mainstay.actors.device.verdict.RestartBudget;
import io.mainstay.persistence.entity.SettingBounds;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The device domain's settings, read once from {@code mainstay.device} and checked.
 *
 * @param devices in the order of configuration, ids unique
 * @param launch of worker processes
 * @param liveness limits of silence
 * @param progress limits of computing
 * @param restart the budget of restarts
 * @param retryAfterFailure wait before a failed device is tried again
 * @param loadAttempts workers that may die loading a model that was never loaded before
 * @param signalPatience how long a signal waits for its event to be durable
 * @param grantTimeout for the ledger's answer to what a worker asks for
 * @param logPause before a device's journal that stopped is begun anew
 * @param health what is critical of a device
 * @param cacheDirectory home of optimized copies; empty for none
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.DEVICE,
    group = "policy_and_configuration",
    fields = "usage-policy")
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.DEVICE,
    group = "policy_and_configuration",
    fields = "preferences",
    note = "mainstay.device of the configuration")
public record DeviceSettings(
    List<DeviceDefinition> devices,
    LaunchSettings launch,
    Liveness.Limits liveness,
    ProgressWatch.Limits progress,
    RestartBudget.Limits restart,
    Duration retryAfterFailure,
    int loadAttempts,
    Duration signalPatience,
    Duration grantTimeout,
    Duration logPause,
    HealthLimits health,
    Optional<Path> cacheDirectory) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.device";

  private static final SettingBounds BOUNDS = new SettingBounds(PATH);

  /**
   * Threads of the domain's actors, its supervisor's included: no other work delays a heartbeat.
   */
  public static final String DISPATCHER = PATH + ".dispatcher";

  private static final int DEVICES_MAX = 64;

  public DeviceSettings {
    devices = List.copyOf(devices);
    if (devices.isEmpty() || devices.size() > DEVICES_MAX) {
      throw new IllegalArgumentException(
          "mainstay.device.devices has "
              + devices.size()
              + " entries; allowed are 1 to "
              + DEVICES_MAX);
    }
    Set<String> ids = new HashSet<>();
    for (DeviceDefinition device : devices) {
      if (!ids.add(device.id())) {
        throw new IllegalArgumentException(
            "mainstay.device.devices names " + device.id() + " twice; ids must differ");
      }
    }
    if (retryAfterFailure.toMillis() < 100) {
      throw new IllegalArgumentException(
          "mainstay.device.restart.retry-after-failure is "
              + retryAfterFailure.toMillis()
              + " ms; it must be at least 100 ms");
    }
    if (loadAttempts < 1 || loadAttempts > 100) {
      throw new IllegalArgumentException(
          "mainstay.device.restart.load-attempts is " + loadAttempts + "; allowed are 1 to 100");
    }
    if (signalPatience.isNegative() || signalPatience.toMillis() > 1_000) {
      throw new IllegalArgumentException(
          "mainstay.device.signal-patience is "
              + signalPatience.toMillis()
              + " ms; allowed are 0 ms to 1 s");
    }
    BOUNDS.within("grant-timeout", grantTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
    BOUNDS.within("log-pause", logPause, Duration.ofMillis(10), Duration.ofMinutes(1));
  }

  /** Ids of the devices, in the order of the settings. */
  public List<String> deviceIds() {
    return devices.stream().map(DeviceDefinition::id).toList();
  }

  /** Reads {@link #PATH}; fails with the setting's name, its value and its bound. */
  public static DeviceSettings of(Config root) {
    Config config = root.getConfig(PATH);
    Config restart = config.getConfig("restart");
    StandbyMode standby = StandbyMode.of(config.getString("standby"));
    String cache = config.getString("cache-directory");
    return new DeviceSettings(
        config.getConfigList("devices").stream()
            .map(device -> DeviceDefinition.of(device, standby, config.getConfig("tuning")))
            .toList(),
        LaunchSettings.of(config.getConfig("worker")),
        Liveness.Limits.of(config.getConfig("liveness")),
        ProgressWatch.Limits.of(config.getConfig("progress")),
        RestartBudget.Limits.of(restart),
        restart.getDuration("retry-after-failure"),
        restart.getInt("load-attempts"),
        config.getDuration("signal-patience"),
        config.getDuration("grant-timeout"),
        config.getDuration("log-pause"),
        HealthLimits.of(config.getConfig("health")),
        cache.isBlank() ? Optional.empty() : Optional.of(Path.of(cache).toAbsolutePath()));
  }
}
