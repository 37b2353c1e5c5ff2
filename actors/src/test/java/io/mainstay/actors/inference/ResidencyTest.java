package io.mainstay.actors.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.gateway.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResidencyTest {
  private static final Refusal NO_ROOM = Refusal.of("no_room", "it does not fit", "Use another");

  private final Residency residency = new Residency(1_000);

  private static DeviceSeat seat(String id, DeviceSeat.Standing standing, String... models) {
    return new DeviceSeat(id, standing, 1, null, Set.of(models), false, false);
  }

  @Test
  void whatAFailedDeviceHeld_isNoHope() {
    residency.refused("unet", "cpu-0", NO_ROOM, 0);

    assertEquals(
        Optional.of(NO_ROOM),
        residency.hopeless(
            "unet",
            List.of(
                seat("cuda-0", DeviceSeat.Standing.FAILED, "unet"),
                seat("cpu-0", DeviceSeat.Standing.UP)),
            10));
  }

  @Test
  void whatADyingDeviceHolds_itsSuccessorWillHave() {
    residency.refused("unet", "cpu-0", NO_ROOM, 0);

    assertEquals(
        Optional.empty(),
        residency.hopeless(
            "unet",
            List.of(
                seat("cuda-0", DeviceSeat.Standing.DOWN, "unet"),
                seat("cpu-0", DeviceSeat.Standing.UP)),
            10));
  }

  @Test
  void aRefusal_standsForAWhileOnly() {
    residency.refused("unet", "cpu-0", NO_ROOM, 0);

    assertEquals(
        Optional.empty(),
        residency.hopeless("unet", List.of(seat("cpu-0", DeviceSeat.Standing.UP)), 1_001));
  }
}
