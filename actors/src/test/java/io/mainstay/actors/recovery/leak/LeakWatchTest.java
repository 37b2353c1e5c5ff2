package io.mainstay.actors.recovery.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.eventstream.EventStream;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.RecoveryCommand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeakWatchTest {
  private final ActorTestKit kit =
      ActorTestKit.create(
          "leak",
          ConfigFactory.parseString(
                  "mainstay.memory.leak { window = 60ms, growth-per-minute = 1B, in-a-row = 3 }")
              .withFallback(ConfigFactory.load()));

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  @Test
  void workerThatGrows_isAFaultOfItsDevice_andOneThatDoesNotIsNone() {
    TestProbe<RecoveryCommand.RaiseFault> said = kit.createTestProbe();
    kit.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(RecoveryCommand.RaiseFault.class, said.ref()));
    AtomicLong grows = new AtomicLong();
    kit.spawn(
        LeakWatch.create(
            kit.system().settings().config(),
            () ->
                CompletableFuture.completedStage(
                    List.of(device("cpu-0", 100), device("cpu-1", grows.addAndGet(1 << 20))))));
    RecoveryCommand.RaiseFault fault = said.receiveMessage(Duration.ofSeconds(20));
    assertEquals(ErrorNames.MODEL_MEMORY_LEAK, fault.sign().error());
    assertEquals("device/cpu-1", fault.component());
    assertTrue(fault.sign().evidence().contains("epoch 7"), fault.sign().evidence());
  }

  private static DeviceView device(String id, long resident) {
    return new DeviceView(
        id, "cpu", "cpu", "serving", 1, 7, 11, "none", 0, 0, 100, resident, List.of("a"), 0, 0, "");
  }
}
