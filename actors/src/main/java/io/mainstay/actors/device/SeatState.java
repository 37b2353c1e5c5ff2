package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What a device knows of one of its seats. Owned by the device's actor. */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.DEVICE,
    group = "device_registry",
    fields = "availability")
final class SeatState {
  private final ActorRef<SlotCommand> slot;
  private long epoch;
  private long pid;
  private WorkerIdentity identity;
  private long upSinceNanos;
  private ObservedPort port;
  private Set<String> models = Set.of();
  private final Map<String, Long> measured = new HashMap<>();
  private boolean suspected;
  private boolean failed;
  private boolean emptied;
  private long residentBytes;
  private int queueDepth;

  SeatState(ActorRef<SlotCommand> slot) {
    this.slot = slot;
  }

  void launched(SlotEvent.Launched event) {
    epoch = event.epoch();
    pid = event.pid();
    failed = false;
  }

  void greeted(SlotEvent.Greeted event) {
    epoch = event.epoch();
    pid = event.identity().pid();
    identity = event.identity();
    failed = false;
  }

  void up(SlotEvent.Up event, long nowNanos) {
    port = event.port();
    models = event.models();
    upSinceNanos = nowNanos;
  }

  /** The worker measured what a model took of its memory. */
  void measured(String modelId, long bytes) {
    measured.put(modelId, bytes);
  }

  /** Bytes of the models that the worker has, as far as they were measured. */
  Map<String, Long> measured() {
    Map<String, Long> present = new HashMap<>(measured);
    present.keySet().retainAll(models);
    return present;
  }

  void has(Set<String> now) {
    models = now;
  }

  void suspected(boolean now) {
    suspected = now;
  }

  void vitals(SlotEvent.Vitals event) {
    residentBytes = event.residentBytes();
    queueDepth = event.queueDepth();
  }

  /** The worker is gone. */
  void vacated(boolean gaveUp) {
    epoch = 0;
    pid = 0;
    identity = null;
    port = null;
    models = Set.of();
    measured.clear();
    suspected = false;
    failed = gaveUp;
    residentBytes = 0;
    queueDepth = 0;
  }

  void emptied() {
    vacated(false);
    emptied = true;
  }

  ActorRef<SlotCommand> slot() {
    return slot;
  }

  long epoch() {
    return epoch;
  }

  long pid() {
    return pid;
  }

  boolean isGreeted() {
    return identity != null;
  }

  String kind() {
    return identity == null ? "" : identity.deviceKind();
  }

  ObservedPort port() {
    return port;
  }

  Set<String> models() {
    return models;
  }

  boolean isSuspected() {
    return suspected;
  }

  boolean isFailed() {
    return failed;
  }

  boolean isEmptied() {
    return emptied;
  }

  /** Up, answering, and with all of these. */
  boolean canServe(Set<String> needed) {
    return port != null && !suspected && models.containsAll(needed);
  }

  long residentBytes() {
    return residentBytes;
  }

  int queueDepth() {
    return queueDepth;
  }

  long uptimeMillis(long nowNanos) {
    return port == null ? 0 : (nowNanos - upSinceNanos) / 1_000_000;
  }
}
