package io.mainstay.actors.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.Handoff;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.ScriptedModes;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.TestModels;
import io.mainstay.actors.support.WorkHarness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceHandoffTest {
  private static final Set<Operation> TARGETED =
      Set.of(Operation.DEVICE_TARGETED_INFERENCE_OPERATIONS);

  @TempDir Path directory;
  private WorkHarness node;

  @BeforeEach
  void start() throws Exception {
    node = new WorkHarness(directory, "");
  }

  @AfterEach
  void end() {
    node.close();
  }

  private void isolate(String... devices) {
    ScriptedModes.off(node.kit().system(), TARGETED, Set.of(devices), Set.of());
  }

  private TestProbe<StatusReply<InferenceCommand.Embedded>> embed() {
    TestProbe<StatusReply<InferenceCommand.Embedded>> probe = node.kit().createTestProbe();
    node.inference.tell(
        new InferenceCommand.Embed(TestModels.ID, "hello", Duration.ofMinutes(5), probe.ref()));
    return probe;
  }

  @Test
  void acceptedWork_migratesToADeviceThatMayCompute_andCallsDoToo() throws Exception {
    isolate("cpu-0");
    node.devices.up(new ScriptedWorker("cpu-0", 1), TestModels.ID);
    ScriptedWorker other = new ScriptedWorker("cpu-1", 2);
    node.devices.up(other);
    String session = node.accepted("one\ntwo\n", 1);
    assertEquals("completed", node.finished(session).state());
    assertEquals("cpu-1", embed().receiveMessage(WorkHarness.PATIENCE).getValue().device());
    assertTrue(node.models.loadedOn().contains("cpu-1"), "the model came along");
  }

  @Test
  void callThatNoDeviceMayCompute_isRefusedAtOnce_acceptedWorkWaits() throws Exception {
    isolate("cpu-0");
    node.devices.up(new ScriptedWorker("cpu-0", 1), TestModels.ID);
    String session = node.accepted("one\ntwo\n", 1);
    Refusal why =
        assertInstanceOf(Refusal.class, embed().receiveMessage(WorkHarness.PATIENCE).getError());
    assertEquals("device_isolated", why.code());
    assertTrue(
        why.getMessage().startsWith("device_targeted_inference_operations is off while scripted"),
        why.getMessage());
    assertEquals(30_000, why.retryAfterMillis());
    assertTrue(!node.view(session).finished());
    ScriptedModes.off(node.kit().system(), Set.of(), Set.of(), Set.of());
    assertEquals("completed", node.finished(session).state());
  }

  @Test
  void ways_followTheSeats() {
    DeviceSeat isolated = DeviceSeat.absent("cpu-0").isolated(true);
    DeviceSeat starting = DeviceSeat.absent("cpu-1");
    assertEquals(Optional.empty(), DeviceHandoff.way(List.of(starting), false));
    assertEquals(
        Optional.of(Handoff.OPERATION_MIGRATION),
        DeviceHandoff.way(List.of(isolated, starting), true));
    assertEquals(
        Optional.of(Handoff.OPERATION_DEFERRAL), DeviceHandoff.way(List.of(isolated), true));
    assertEquals(
        Optional.of(Handoff.OPERATION_CANCELLATION), DeviceHandoff.way(List.of(isolated), false));
  }
}
