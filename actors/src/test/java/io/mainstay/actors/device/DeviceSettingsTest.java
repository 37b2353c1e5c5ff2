package io.mainstay.actors.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.worker.WorkerSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceSettingsTest {
  @Test
  void defaults_areTwoCpuDevicesOfOneThread() {
    DeviceSettings settings = DeviceSettings.of(DeviceScript.config());
    assertEquals(
        List.of(
            new DeviceDefinition("cpu-0", 1, 2L << 30, StandbyMode.NONE),
            new DeviceDefinition("cpu-1", 1, 2L << 30, StandbyMode.NONE)),
        settings.devices());
    assertEquals(Duration.ofMillis(25), settings.liveness().beat());
    assertEquals(Optional.empty(), settings.cacheDirectory());
    WorkerSpec spec = settings.launch().spec(settings.devices().get(0), 7);
    assertEquals(7, spec.epoch());
    assertEquals(3L << 30, spec.dataLimitBytes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mainstay.device.devices = []|devices has 0 entries; allowed are 1 to 64",
        "mainstay.device.devices = [{id=gpu_0,backend=cpu,threads=1,memory-budget=1GiB}]|gpu_0",
        "mainstay.device.devices = [{id=cpu-0,backend=cpu,threads=0,memory-budget=1GiB}]|threads ="
            + " 0",
        "mainstay.device.devices = [{id=cpu-0,backend=cpu,threads=1,memory-budget=1MiB}]|64 MiB",
        "mainstay.device.devices = [{id=tpu-0,backend=tpu,threads=1,memory-budget=1GiB}]|known are"
            + " cpu, cuda",
        "mainstay.device.devices = [{id=cuda-0,backend=cpu,threads=1,memory-budget=1GiB}]|begin"
            + " with it",
        "mainstay.device.devices = [{id=cpu-0,backend=cpu,threads=1,memory-budget=1GiB,"
            + "device-plugin=/x.so}]|a cpu device takes none",
        "mainstay.device.devices = [{id=gpu-0,backend=cpu,threads=1,memory-budget=1GiB}]|known are"
            + " cpu, cuda",
        "mainstay.device.standby = warm|none, spawned and loaded",
        "mainstay.device.worker.binary = \"\"|MAINSTAY_WORKER",
        "mainstay.device.worker.arena-segments = [1000]|multiple of 64",
        "mainstay.device.restart.retry-after-failure = 1ms|retry-after-failure is 1 ms",
        "mainstay.device.restart.load-attempts = 0|load-attempts is 0",
        "mainstay.device.signal-patience = 2s|signal-patience is 2000 ms"
      })
  void badValue_isRefusedWithNameAndBound(String override, String expected) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> DeviceSettings.of(DeviceScript.config(override)));
    assertTrue(refused.getMessage().contains(expected), refused::getMessage);
  }

  @Test
  void cudaDevice_hasItsOwnLibrariesOrTheNodes_andNoLimitOfHostMemory() {
    DeviceSettings settings =
        DeviceSettings.of(
            DeviceScript.config(
                "mainstay.device.devices = ["
                    + "{id=cuda-0,backend=cuda,threads=2,memory-budget=8GiB,"
                    + "onnx-runtime=/cuda/libonnxruntime.so,device-plugin=/cuda/plugin.so},"
                    + "{id=cuda-1,backend=cuda,threads=2,memory-budget=8GiB}]"));
    WorkerSpec own = settings.launch().spec(settings.devices().get(0), 1);
    assertEquals("cuda", settings.devices().get(0).backend());
    assertEquals(Path.of("/cuda/libonnxruntime.so"), own.onnxRuntime());
    assertEquals(Optional.of(Path.of("/cuda/plugin.so")), own.devicePlugin());
    assertEquals(8L << 30, own.memoryBudgetBytes());
    assertEquals(0, own.dataLimitBytes());
    WorkerSpec shared = settings.launch().spec(settings.devices().get(1), 1);
    assertEquals(settings.launch().onnxRuntime(), shared.onnxRuntime());
    assertEquals(Optional.empty(), shared.devicePlugin());
  }

  @Test
  void sameIdTwice_isRefused() {
    String device = "{id=cpu-0,backend=cpu,threads=1,memory-budget=1GiB}";
    assertThrows(
        IllegalArgumentException.class,
        () ->
            DeviceSettings.of(
                DeviceScript.config("mainstay.device.devices = [" + device + "," + device + "]")));
  }

  @Test
  void standby_canBeSetForOneDevice() {
    DeviceSettings settings =
        DeviceSettings.of(
            DeviceScript.config(
                "mainstay.device.devices = [{id=cpu-0,backend=cpu,threads=1,memory-budget=1GiB,"
                    + "standby=loaded}]"));
    assertEquals(StandbyMode.LOADED, settings.devices().get(0).standby());
  }

  @Test
  void epochs_growWithinALifeAndAcrossLives() {
    Instant start = Instant.parse("2026-11-21T00:00:00Z");
    EpochSource first = EpochSource.startingAt(Clock.fixed(start, ZoneOffset.UTC));
    long last = 0;
    for (int i = 0; i < 1_000; i++) {
      long next = first.next();
      assertTrue(next > last);
      last = next;
    }
    EpochSource second = EpochSource.startingAt(Clock.fixed(start.plusSeconds(1), ZoneOffset.UTC));
    assertTrue(second.next() > last);
  }
}
