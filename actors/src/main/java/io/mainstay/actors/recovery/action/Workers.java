package io.mainstay.actors.recovery.action;

import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.EngineMark;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** The devices that a recovery is about, as their domain has them now. Thread-safe. */
public final class Workers {
  private static final String SERVING = "serving";
  private static final List<String> GIVEN_UP = List.of("failed", "stopped");

  private final ActionFloor floor;

  /** On that floor. */
  public Workers(ActionFloor floor) {
    this.floor = floor;
  }

  /** All of the node. */
  public CompletionStage<List<DeviceView>> all() {
    return floor
        .ask(floor.ports().device(), DeviceCommand.ListDevices::new)
        .thenApply(DeviceCommand.DeviceList::devices);
  }

  /** The one that the subject names; otherwise all that the node has not given up. */
  public CompletionStage<List<DeviceView>> of(Task task) {
    return all()
        .thenApply(
            all ->
                Subjects.devices(task.subject(), all).stream()
                    .filter(device -> isNamed(task, device) || !GIVEN_UP.contains(device.state()))
                    .toList());
  }

  /** Whether the subject names that device. */
  public static boolean isNamed(Task task, DeviceView device) {
    return Arrays.asList(task.subject().split("/")).contains(device.id());
  }

  /** Whether its worker came after the one that the fault was seen in. */
  public static boolean isSuccessor(Task task, DeviceView device) {
    return EngineMark.of(task.subject())
        .filter(mark -> mark.deviceId().equals(device.id()) && device.epoch() > mark.epoch())
        .isPresent();
  }

  /** Whether it has a worker that takes work. */
  public static boolean serves(DeviceView device) {
    return device.state().equals(SERVING);
  }

  /** Whether there is one, and each has a worker that takes work. */
  public static boolean allServe(List<DeviceView> devices) {
    return !devices.isEmpty() && devices.stream().allMatch(Workers::serves);
  }

  /** For evidence. */
  public static String text(List<DeviceView> devices) {
    return devices.isEmpty()
        ? "no device"
        : devices.stream()
            .map(
                device ->
                    "%s %s, worker %d (epoch %d)"
                        .formatted(device.id(), device.state(), device.pid(), device.epoch()))
            .collect(Collectors.joining("; "));
  }
}
