package io.mainstay.actors.consistency.sabotage;

import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.consistency.NodeFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.actors.transaction.TransactionStarter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The node that is harmed: its domains, its workers as they are just now, and the transactions that
 * the saboteur has standing in it. Thread-safe but for {@link #enter}.
 */
final class Scene {
  private final NodeFacts.Domains domains;
  private final TransactionStarter transactions;
  private final List<String> models;
  private final Path arenas;
  private final Map<String, WorkerPort> workers = new ConcurrentHashMap<>();
  private final Queue<String> standing = new ConcurrentLinkedQueue<>();
  private boolean entered;

  Scene(
      NodeFacts.Domains domains,
      TransactionStarter transactions,
      List<String> models,
      Path arenas) {
    this.domains = domains;
    this.transactions = transactions;
    this.models = models;
    this.arenas = arenas;
  }

  /** From the first time on it follows the workers, for as long as that actor lives. */
  void enter(ActorContext<?> ctx) {
    if (!entered) {
      entered = true;
      domains
          .device()
          .tell(
              new DeviceCommand.Subscribe(
                  ctx.spawnAnonymous(
                      Behaviors.<DeviceSignal>receiveMessage(
                          signal -> {
                            follow(signal);
                            return Behaviors.same();
                          }))));
    }
  }

  private void follow(DeviceSignal signal) {
    if (signal instanceof DeviceSignal.WorkerUp up) {
      workers.put(up.deviceId(), up.port());
    } else if (signal instanceof DeviceSignal.WorkerDown
        || signal instanceof DeviceSignal.DeviceFailed) {
      workers.remove(signal.deviceId());
    }
  }

  NodeFacts.Domains domains() {
    return domains;
  }

  TransactionStarter transactions() {
    return transactions;
  }

  List<String> models() {
    return models;
  }

  Path arenas() {
    return arenas;
  }

  /** The worker that serves the device. */
  Optional<WorkerPort> worker(String deviceId) {
    return Optional.ofNullable(workers.get(deviceId));
  }

  /** Its epoch; 0 while none serves. */
  long epoch(String deviceId) {
    return worker(deviceId).map(WorkerPort::epoch).orElse(0L);
  }

  Queue<String> standing() {
    return standing;
  }
}
