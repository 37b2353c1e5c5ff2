package io.mainstay.actors.recovery.action.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.memory.Figures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecondaryDeviceTest {
  private static final DeviceMerits MERITS = new DeviceMerits(100, 50, 40);
  private static final DeviceView PRIMARY = Figures.device("cuda-0", "cuda", "failed", 100);

  private static Optional<String> choose(DeviceView... others) {
    List<DeviceView> all = new ArrayList<>(List.of(others));
    all.add(PRIMARY);
    Optional<String> chosen =
        SecondaryDevice.choose(MERITS, PRIMARY, all, 0.8, Set.of("a", "b")).map(DeviceView::id);
    Collections.reverse(all);
    assertEquals(
        chosen,
        SecondaryDevice.choose(MERITS, PRIMARY, all, 0.8, Set.of("a", "b")).map(DeviceView::id));
    return chosen;
  }

  @Test
  void sameKindOfDevice_isFirst() {
    assertEquals(
        Optional.of("cuda-1"),
        choose(
            Figures.device("cpu-0", "cpu", "serving", 100, "a", "b"),
            Figures.device("cuda-1", "cuda", "serving", 90)));
  }

  @Test
  void amongEquals_itIsTheOneWithTheModels_thenTheFirst() {
    assertEquals(
        Optional.of("cpu-1"),
        choose(
            Figures.device("cpu-0", "cpu", "serving", 100),
            Figures.device("cpu-1", "cpu", "serving", 100, "a")));
    assertEquals(
        Optional.of("cpu-0"),
        choose(
            Figures.device("cpu-1", "cpu", "serving", 100),
            Figures.device("cpu-0", "cpu", "serving", 100)));
  }

  @Test
  void deviceThatIsTooSmall_orDoesNotServe_isNone() {
    assertEquals(
        Optional.empty(),
        choose(
            Figures.device("cpu-0", "cpu", "serving", 79),
            Figures.device("cpu-1", "cpu", "suspected", 100)));
  }

  @Test
  void merits_decide_andHaveBounds() {
    DeviceView holder = Figures.device("cuda-1", "cuda", "serving", 50, "a", "b");
    DeviceView kin = Figures.device("cpu-1", "cpu", "serving", 50);
    DeviceView primary = Figures.device("cpu-0", "cpu", "failed", 100);
    List<DeviceView> all = List.of(primary, holder, kin);
    Set<String> wanted = Set.of("a", "b");
    assertEquals("cpu-1", SecondaryDevice.choose(MERITS, primary, all, 0, wanted).get().id());
    assertEquals(
        "cuda-1",
        SecondaryDevice.choose(new DeviceMerits(10, 0, 40), primary, all, 0, wanted).get().id());
    assertThrows(IllegalArgumentException.class, () -> new DeviceMerits(-1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new DeviceMerits(0, 0, 1_001));
  }
}
