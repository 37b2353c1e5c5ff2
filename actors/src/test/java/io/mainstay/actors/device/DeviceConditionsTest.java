package io.mainstay.actors.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.eventstream.EventStream;
import io.mainstay.actors.device.verdict.PaceWatch;
import io.mainstay.actors.device.verdict.ProgressWatch;
import io.mainstay.actors.device.verdict.StepTimes;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.protocol.DeviceHealth;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviceConditionsTest {
  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<RecoveryCommand.RaiseFault> said = kit.createTestProbe();
  private final StepTimes times =
      new StepTimes(
          new ProgressWatch.Limits(
              Duration.ofSeconds(1), 3, Duration.ofSeconds(30), Duration.ofSeconds(60)),
          new PaceWatch.Limits(5, 3, 4));
  private final DeviceConditions conditions = new DeviceConditions(kit.system(), "cuda-0", times);

  @BeforeEach
  void hear() {
    kit.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(RecoveryCommand.RaiseFault.class, said.ref()));
  }

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private RecoveryCommand.RaiseFault next() {
    return said.receiveMessage(Duration.ofSeconds(20));
  }

  @Test
  void heat_isSaidOnceUntilItHasCooledDown() {
    conditions.health(new DeviceHealth(95, 50, 0.5f, 0));
    RecoveryCommand.RaiseFault hot = next();
    assertEquals(ErrorNames.DEVICE_THERMAL_PROTECTION, hot.sign().error());
    assertEquals("device/cuda-0", hot.component());
    assertTrue(hot.sign().evidence().contains("95.0"), hot.sign().evidence());
    conditions.health(new DeviceHealth(96, 50, 0.5f, 0));
    conditions.health(new DeviceHealth(70, 50, 0.5f, 0));
    conditions.health(new DeviceHealth(91, 50, 0.5f, 0));
    assertTrue(next().sign().evidence().contains("91.0"));
    said.expectNoMessage();
  }

  @Test
  void slowSteps_areSaidWithTheNextWordOfItsHealth() {
    StepTimes.Shape shape = StepTimes.Shape.of("m", "model", 100);
    for (int i = 0; i < 4; i++) {
      times.learn(shape, 1_000_000);
    }
    for (int i = 0; i < 3; i++) {
      times.learn(shape, 9_000_000);
    }
    conditions.health(new DeviceHealth(Float.NaN, 50, 0.5f, 0));
    assertEquals(ErrorNames.DEVICE_PERFORMANCE_DEGRADATION, next().sign().error());
    conditions.health(new DeviceHealth(Float.NaN, 50, 0.5f, 0));
    said.expectNoMessage();
  }

  @Test
  void fragmentation_isSaidWithItsFigures() {
    conditions.fragmented(4_096, 2_048);
    RecoveryCommand.RaiseFault pieces = next();
    assertEquals(ErrorNames.MEMORY_FRAGMENTATION_CRITICAL, pieces.sign().error());
    assertTrue(pieces.sign().evidence().contains("4096"), pieces.sign().evidence());
  }
}
