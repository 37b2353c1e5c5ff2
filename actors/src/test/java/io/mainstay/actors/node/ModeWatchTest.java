package io.mainstay.actors.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeCommand.Enter;
import io.mainstay.actors.degradation.ModeCommand.Leave;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.PressureSignal;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.protocol.PressureLevel;
import java.time.Duration;
import java.time.Instant;
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
    modes.expectMessageClass(ModeCommand.Get.class, BOUND);
    pressure = memory.expectMessageClass(MemoryCommand.SubscribePressure.class, BOUND).subscriber();
    devices = device.expectMessageClass(DeviceCommand.Subscribe.class, BOUND).subscriber();
  }

  private static ModeView.Active held(ModeKey key, String source) {
    ModeView.Ground ground =
        new ModeView.Ground(ModeTrigger.DEVICE_FAILURE_OR_CORRUPTION, source, "why", Instant.EPOCH);
    return new ModeView.Active(key, EventMeta.root("M1", Instant.EPOCH), List.of(ground), null);
  }

  @Test
  void groundsOfWhatIsNotWatchedAnyMore_areTakenBack() {
    ModeKey minimal = ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE);
    ModeKey known = ModeKey.of(DegradationMode.DEVICE_ISOLATION, "cpu-0");
    ModeKey removed = ModeKey.of(DegradationMode.DEVICE_ISOLATION, "cpu-7");
    ModeView view =
        new ModeView(
            List.of(
                held(minimal, "memory of the machine"),
                held(known, "device watch"),
                held(removed, "device watch"),
                held(removed, "somebody else")),
            List.of(),
            Restrictions.NONE);
    assertEquals(
        List.of("minimal_operation_mode", "device_isolation (cpu-7)"),
        takenBack(new ModeSettings.Watch(false, SUSTAINED, true), view));
    assertEquals(
        List.of("device_isolation (cpu-0)", "device_isolation (cpu-7)"),
        takenBack(new ModeSettings.Watch(true, SUSTAINED, false), view));
  }

  private static List<String> takenBack(ModeSettings.Watch settings, ModeView view) {
    TestProbe<ModeCommand> told = kit.createTestProbe();
    TestProbe<MemoryCommand> memory = kit.createTestProbe();
    TestProbe<DeviceCommand> device = kit.createTestProbe();
    ActorRef<ModeWatch.Heard> watch =
        kit.spawn(
            ModeWatch.create(
                settings, List.of("cpu-0", "cuda-0"), told.ref(), memory.ref(), device.ref()));
    told.expectMessageClass(ModeCommand.Get.class, BOUND).replyTo().tell(view);
    List<String> left =
        List.of(
            told.expectMessageClass(Leave.class, BOUND).key().text(),
            told.expectMessageClass(Leave.class, BOUND).key().text());
    kit.stop(watch);
    return left;
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
