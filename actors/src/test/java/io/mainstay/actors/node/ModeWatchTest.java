package io.mainstay.actors.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeCommand.Enter;
import io.mainstay.actors.degradation.ModeCommand.Leave;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.PressureSignal;
import io.mainstay.protocol.PressureLevel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModeWatchTest {
  private static final Duration SUSTAINED = Duration.ofSeconds(10);
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static ActorTestKit kit;
  private static ManualTime time;
  private TestProbe<ModeCommand> modes;
  private ActorRef<PressureSignal> pressure;
  private ActorRef<DeviceSignal> devices;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create(ManualTime.config());
    time = ManualTime.get(kit.system());
  }

  @AfterAll
  static void endKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void watch() {
    modes = kit.createTestProbe();
    TestProbe<MemoryCommand> memory = kit.createTestProbe();
    TestProbe<DeviceCommand> device = kit.createTestProbe();
    kit.spawn(
        ModeWatch.create(
            new ModeSettings.Watch(true, SUSTAINED, true),
            List.of("cpu-0", "cuda-0"),
            modes.ref(),
            memory.ref(),
            device.ref()));
    pressure = memory.expectMessageClass(MemoryCommand.SubscribePressure.class, BOUND).subscriber();
    devices = device.expectMessageClass(DeviceCommand.Subscribe.class, BOUND).subscriber();
  }

  private void sustained() {
    time.timePasses(SUSTAINED.plusMillis(1));
  }

  private String entered() {
    Enter enter = modes.expectMessageClass(Enter.class, BOUND);
    return enter.key().text() + " by " + enter.trigger().code();
  }

  private String left() {
    return modes.expectMessageClass(Leave.class, BOUND).key().text();
  }

  @Test
  void withoutPressure_groundsOfTheLastLifeAreTakenBack() {
    sustained();
    assertEquals("performance_conservation_mode", left());
    assertEquals("minimal_operation_mode", left());
  }

  @Test
  void pressureThatLasts_conserves_andCriticalPressureLeavesTheMinimum() {
    pressure.tell(new PressureSignal("system", PressureLevel.LOW, PressureLevel.MODERATE, 0.82));
    assertEquals("minimal_operation_mode", left());
    modes.expectNoMessage(Duration.ZERO);
    sustained();
    assertEquals("performance_conservation_mode by memory_pressure_warning", entered());
    assertEquals("minimal_operation_mode", left());
    pressure.tell(
        new PressureSignal("system", PressureLevel.MODERATE, PressureLevel.CRITICAL, 0.97));
    // The watch has taken it once it has said something else.
    devices.tell(new DeviceSignal.DeviceFailed("cpu-0", "gone", "", null));
    assertEquals("device_isolation (cpu-0) by device_failure_or_corruption", entered());
    sustained();
    assertEquals("performance_conservation_mode by memory_pressure_warning", entered());
    assertEquals("minimal_operation_mode by system_out_of_memory", entered());
    pressure.tell(new PressureSignal("system", PressureLevel.CRITICAL, PressureLevel.LOW, 0.5));
    assertEquals("minimal_operation_mode", left());
    assertEquals("performance_conservation_mode", left());
  }

  @Test
  void theLastDevice_leavesTheMinimum_theLastGpuTheCpu() {
    devices.tell(new DeviceSignal.DeviceFailed("cuda-0", "fell off the bus", "", null));
    assertEquals("device_isolation (cuda-0) by device_failure_or_corruption", entered());
    assertEquals("cpu_only_operation by device_failure_or_corruption", entered());
    devices.tell(new DeviceSignal.DeviceFailed("cpu-0", "budget spent", "", null));
    assertEquals("device_isolation (cpu-0) by device_failure_or_corruption", entered());
    assertEquals("minimal_operation_mode by device_discovery_failure", entered());
    devices.tell(new DeviceSignal.WorkerUp("cuda-0", null, Set.of()));
    assertEquals("device_isolation (cuda-0)", left());
    assertEquals("minimal_operation_mode", left());
    assertEquals("cpu_only_operation", left());
  }
}
