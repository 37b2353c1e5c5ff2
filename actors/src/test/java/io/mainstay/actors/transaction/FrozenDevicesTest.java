package io.mainstay.actors.transaction;

import static io.mainstay.actors.transaction.FrozenDevices.Admission.FULL;
import static io.mainstay.actors.transaction.FrozenDevices.Admission.GOES;
import static io.mainstay.actors.transaction.FrozenDevices.Admission.WAITS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.transaction.ParticipantCommand.Prepare;
import io.mainstay.persistence.transaction.ParticipantWork;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrozenDevicesTest {
  private final FrozenDevices devices = new FrozenDevices(2);

  @Test
  void preparesOfAFrozenDevice_wait_inOrder_untilItsThaw() {
    devices.freeze("cpu-0");
    assertEquals(WAITS, devices.admit(memory("b", "cpu-0")));
    assertEquals(WAITS, devices.admit(memory("a", "cpu-0")));
    assertEquals(GOES, devices.admit(memory("c", "cpu-1")));
    assertEquals(List.of(), devices.thaw("cpu-1"));
    assertEquals(
        List.of("b", "a"), devices.thaw("cpu-0").stream().map(Prepare::transactionId).toList());
    assertEquals(List.of(), devices.thaw("cpu-0"));
    assertEquals(GOES, devices.admit(memory("d", "cpu-0")));
  }

  @Test
  void soManyWaitAtMost_andOneThatComesAgainCountsOnce() {
    devices.freeze("cpu-0");
    devices.admit(memory("a", "cpu-0"));
    devices.admit(memory("b", "cpu-0"));
    assertEquals(FULL, devices.admit(memory("c", "cpu-0")));
    assertEquals(WAITS, devices.admit(memory("a", "cpu-0")));
    assertTrue(devices.take(FrozenDevices.Key.of(memory("a", "cpu-0"))).isPresent());
    assertEquals(WAITS, devices.admit(memory("c", "cpu-0")));
    assertEquals(
        List.of("b", "c"), devices.thaw("cpu-0").stream().map(Prepare::transactionId).toList());
  }

  /** Every kind of work says whether it is of a device. */
  @Test
  void workOfADevice_isKnownByItsDevice() {
    List<ParticipantWork> ofDevices =
        List.of(
            new ParticipantWork.ReserveDevice("cpu-0", "model_loading", 1),
            new ParticipantWork.AllocateMemory("cpu-0", "m", 1, "model_cache"),
            new ParticipantWork.ReserveSession("s", 1, "cpu-0", "high"),
            new ParticipantWork.PrepareInference("c", "cpu-0", List.of(), "text"),
            new ParticipantWork.ReserveWorker("cpu-0", 1, "model_cache"));
    ofDevices.forEach(
        work -> assertEquals(Optional.of("cpu-0"), FrozenDevices.device(work), work.toString()));
    List<ParticipantWork> others =
        List.of(
            new ParticipantWork.PrepareModel("m", "ram", 1),
            new ParticipantWork.PreparePipeline("p", "tensor", List.of(), "png"));
    others.forEach(
        work -> assertEquals(Optional.empty(), FrozenDevices.device(work), work.toString()));
    assertEquals(
        ParticipantWork.class.getPermittedSubclasses().length, ofDevices.size() + others.size());
  }

  private static Prepare memory(String id, String deviceId) {
    return new Prepare(
        id, "operator", new ParticipantWork.AllocateMemory(deviceId, id, 1, "model_cache"), null);
  }
}
