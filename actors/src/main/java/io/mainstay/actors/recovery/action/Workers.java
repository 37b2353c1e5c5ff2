package io.mainstay.actors.recovery.action;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.EngineMark;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** The devices that a recovery is about, as their domain has them now. Thread-safe. */
public final class Workers {
  private static final List<String> GIVEN_UP = List.of("failed", "stopped");

  private final Questions questions;

  /** On that floor. */
  public Workers(ActionFloor floor) {
    this.questions = new Questions(floor);
  }

  /** All of the node. */
  public CompletionStage<List<DeviceView>> all() {
    return questions.devices();
  }

  /** The one that the subject names; otherwise all that the node has not given up. */
  public CompletionStage<List<DeviceView>> of(Task task) {
    return all()
        .thenApply(
            all ->
                Subjects.devices(task.subject(), all).stream()
                    .filter(device -> isNamed(task, device) || !isGivenUp(device))
                    .toList());
  }

  /** Whether the subject names that device. */
  public static boolean isNamed(Task task, DeviceView device) {
    return Arrays.asList(task.subject().split("/")).contains(device.id());
  }

  /** Whether the node starts no worker there any more. */
  public static boolean isGivenUp(DeviceView device) {
    return GIVEN_UP.contains(device.state());
  }

  /** Whether its worker came after the one that the fault was seen in. */
  public static boolean isSuccessor(Task task, DeviceView device) {
    return EngineMark.of(task.subject())
        .filter(mark -> mark.deviceId().equals(device.id()) && device.epoch() > mark.epoch())
        .isPresent();
  }

  /** Whether it has a worker: one that is silent may answer yet, and still has its memory. */
  public static boolean hasWorker(DeviceView device) {
    return device.serves() || device.suspected();
  }

  /** Whether there is one, and each has a worker that takes work. */
  public static boolean allServe(List<DeviceView> devices) {
    return !devices.isEmpty() && devices.stream().allMatch(DeviceView::serves);
  }

  /** For evidence. */
  public static String text(Collection<DeviceView> devices) {
    return devices.isEmpty()
        ? "no device"
        : devices.stream().map(Workers::text).collect(Collectors.joining("; "));
  }

  /** For evidence, of one. */
  public static String text(DeviceView device) {
    return "%s %s, worker %d (epoch %d)"
        .formatted(device.id(), device.state(), device.pid(), device.epoch());
  }
}
