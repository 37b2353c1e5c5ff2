package io.mainstay.actors.device;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.device.verdict.StepTimes;
import io.mainstay.actors.device.verdict.ThermalWatch;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.protocol.DeviceHealth;
import java.util.Locale;

/**
 * Says when a device is too hot, too slow, or its arena in pieces: conditions that no call fails
 * of. One for each slot. Thread-safe: told from the slot and from the threads of its connection.
 */
final class DeviceConditions {
  private final FaultVoice voice;
  private final String place;
  private final StepTimes times;
  private ThermalWatch thermal;

  DeviceConditions(ActorSystem<?> system, String deviceId, StepTimes times) {
    this.voice = FaultVoice.of(system);
    this.place = "device/" + deviceId;
    this.times = times;
    this.thermal = ThermalWatch.begin(ThermalWatch.Limits.of(system.settings().config()));
  }

  /** The worker told its health. */
  synchronized void health(DeviceHealth health) {
    boolean before = thermal.hot();
    thermal = thermal.at(health.temperatureCelsius());
    if (thermal.hot() && !before) {
      voice.raise(
          place,
          Recognised.of(
              ErrorNames.DEVICE_THERMAL_PROTECTION,
              String.format(
                  Locale.ROOT,
                  "the device has %.1f degrees Celsius, the limit is %.1f",
                  health.temperatureCelsius(),
                  thermal.limits().protectAt())),
          null);
    }
    times
        .slowed()
        .ifPresent(
            evidence ->
                voice.raise(
                    place,
                    Recognised.of(ErrorNames.DEVICE_PERFORMANCE_DEGRADATION, evidence),
                    null));
  }

  /** The arena had room for a call, but not in pieces that are long enough. */
  void fragmented(long freeBytes, long wantedBytes) {
    voice.raise(
        place,
        Recognised.of(
            ErrorNames.MEMORY_FRAGMENTATION_CRITICAL,
            wantedBytes
                + " bytes were wanted of the arena, "
                + freeBytes
                + " are free, and no free span is long enough"),
        null);
  }
}
