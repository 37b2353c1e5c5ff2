package io.mainstay.actors.recovery.action.device;

import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks for devices that do not serve, again and again until all do. One round at a time, whoever
 * asks for it; a restart of the node looks for all of them anyway. Thread-safe.
 */
final class Rediscovery {
  private final ActionFloor floor;
  private final Questions questions;
  private final AtomicBoolean running = new AtomicBoolean();

  Rediscovery(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** From now on, after each such interval; nothing changes if it runs already. */
  void every(Duration interval) {
    if (running.compareAndSet(false, true)) {
      later(interval);
    }
  }

  private void later(Duration interval) {
    floor
        .system()
        .scheduler()
        .scheduleOnce(interval, () -> look(interval), floor.system().executionContext());
  }

  private void look(Duration interval) {
    questions
        .devices()
        .whenComplete(
            (all, failure) -> {
              List<String> waiting =
                  failure == null
                      ? all.stream().filter(device -> !device.serves()).map(DeviceView::id).toList()
                      : List.of();
              waiting.forEach(id -> floor.ports().device().tell(new DeviceCommand.Reconnect(id)));
              if (failure == null && waiting.isEmpty()) {
                running.set(false);
              } else {
                later(interval);
              }
            });
  }
}
