package io.mainstay.actors.support;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A device domain that says what a test tells it to say. */
public final class ScriptedDevices {
  private final List<ActorRef<DeviceSignal>> subscribers = new CopyOnWriteArrayList<>();
  private final Map<String, DeviceSignal> last = new LinkedHashMap<>();

  /** Answers subscriptions. */
  public Behavior<DeviceCommand> behavior() {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof DeviceCommand.Subscribe subscribe) {
            subscribe(subscribe.subscriber());
          }
          return Behaviors.same();
        });
  }

  private synchronized void subscribe(ActorRef<DeviceSignal> subscriber) {
    new ArrayList<>(last.values()).forEach(subscriber::tell);
    subscribers.add(subscriber);
  }

  /** Whether somebody hears what is told; before that, only who is up is told later. */
  public boolean heard() {
    return !subscribers.isEmpty();
  }

  public synchronized void tell(DeviceSignal signal) {
    if (signal instanceof DeviceSignal.WorkerUp || signal instanceof DeviceSignal.DeviceFailed) {
      last.put(signal.deviceId(), signal);
    }
    subscribers.forEach(subscriber -> subscriber.tell(signal));
  }

  public void up(ScriptedWorker worker, String... models) {
    tell(new DeviceSignal.WorkerUp(worker.deviceId(), worker, Set.of(models)));
  }

  /** Kills the worker and tells its death in the order of the real domain. */
  public void kill(ScriptedWorker worker) {
    worker.die();
    tell(down(worker));
  }

  public static DeviceSignal.WorkerDown down(ScriptedWorker worker) {
    return new DeviceSignal.WorkerDown(
        worker.deviceId(),
        worker.epoch(),
        new DeathReport(
            worker.epoch(),
            1000 + worker.epoch(),
            DeathReport.DeathCause.KILLED,
            -1,
            9,
            DeathReport.NoticedBy.PROCESS_EXIT,
            System.nanoTime(),
            "",
            List.of(),
            "killed by SIGKILL"),
        death(worker.epoch()));
  }

  /** The journal's event of that worker's death. */
  public static EventMeta death(long epoch) {
    return EventMeta.root("DEATH" + epoch, Instant.EPOCH);
  }
}
