package io.mainstay.actors.device;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.history.HistoryLog;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** A log in memory: keeps the events of all devices and says that they are durable. */
final class RecordingLog {
  private final List<DeviceEvent> events = new CopyOnWriteArrayList<>();
  private final AtomicBoolean silent = new AtomicBoolean();

  Behavior<HistoryLog.Command<DeviceEvent>> behavior(String deviceId) {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof HistoryLog.Record<DeviceEvent> write) {
            events.add(write.event());
            if (write.replyTo() != null && !silent.get()) {
              write.replyTo().tell(write.event().meta());
            }
          }
          return Behaviors.same();
        });
  }

  /** From now on nothing ever becomes durable. */
  void fallSilent() {
    silent.set(true);
  }

  List<DeviceEvent> events() {
    return List.copyOf(events);
  }

  <E extends DeviceEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
