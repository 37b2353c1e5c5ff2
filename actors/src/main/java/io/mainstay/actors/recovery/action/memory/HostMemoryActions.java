package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The node's own memory, and the memory files that it shares with workers: whether it can be had
 * again, by having it; and devices that wait for it are started.
 */
final class HostMemoryActions {
  private static final int PIECE = 1 << 20;

  private final ActionFloor floor;
  private final MemoryGauge gauge;

  private HostMemoryActions(ActionFloor floor, MemoryGauge gauge) {
    this.floor = floor;
    this.gauge = gauge;
  }

  static void add(
      RecoveryActions.Builder actions, ActionFloor floor, MemoryGauge gauge, MemorySteps steps) {
    HostMemoryActions host = new HostMemoryActions(floor, gauge);
    actions
        .add("verify_host_allocation", steps.step(host::verify))
        .add("reconnect_waiting_devices", steps.step(host::reconnect));
  }

  /**
   * Takes as much as one worker's shared memory needs, of the heap and of the arenas' file system.
   */
  private CompletionStage<RecoveryStepOutcome> verify(Task task) {
    long bytes = segments();
    Path arenas =
        Path.of(floor.around().config().getString("mainstay.device.worker.arena-directory"));
    return floor.blocking(
        () -> {
          byte[] heap = new byte[PIECE];
          Path probe = arenas.resolve("mainstay-probe-" + task.recoveryId());
          try {
            try {
              write(probe, bytes, heap);
            } finally {
              Files.deleteIfExists(probe);
            }
          } catch (IOException refused) {
            return new RecoveryStepOutcome.Failed(
                "host_memory_refused",
                "%d bytes could not be made in %s: %s".formatted(bytes, arenas, refused));
          }
          return new RecoveryStepOutcome.Done(
              "%d bytes of heap and %d bytes in %s were had and given back"
                  .formatted(PIECE, bytes, arenas));
        });
  }

  private long segments() {
    List<Long> sizes =
        floor.around().config().getBytesList("mainstay.device.worker.arena-segments");
    return sizes.stream().mapToLong(Long::longValue).sum();
  }

  private static void write(Path file, long bytes, byte[] piece) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long left = bytes; left > 0; ) {
        ByteBuffer next = ByteBuffer.wrap(piece, 0, (int) Math.min(left, piece.length));
        left -= channel.write(next);
      }
    }
  }

  /** Devices without a worker start one now; they are told once. */
  private CompletionStage<RecoveryStepOutcome> reconnect(Task task) {
    return gauge
        .read()
        .thenCompose(
            before -> {
              waiting(before)
                  .forEach(id -> floor.ports().device().tell(new DeviceCommand.Reconnect(id)));
              return floor.await(
                  task,
                  () ->
                      gauge
                          .read()
                          .thenApply(
                              now ->
                                  waiting(now).isEmpty()
                                      ? Optional.of(
                                          new RecoveryStepOutcome.Done(
                                              "all %d devices serve"
                                                  .formatted(now.devices().size())))
                                      : Optional.empty()),
                  () -> "not all devices serve");
            });
  }

  private static List<String> waiting(MemoryFigures figures) {
    return figures.devices().stream()
        .filter(device -> !device.serves())
        .map(DeviceView::id)
        .toList();
  }
}
