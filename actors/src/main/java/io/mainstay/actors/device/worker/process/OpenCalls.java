package io.mainstay.actors.device.worker.process;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The calls of one incarnation that have not been answered, by correlation id, at most so many.
 * Thread-safe. Once {@link #lose} has begun, every call that is added is lost at once.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.DEVICE,
    group = "communication_coordination",
    fields = "command-queue")
final class OpenCalls {
  private final long epoch;
  private final int callsMax;
  private final Map<Long, OpenCall<?>> calls = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong lastId = new AtomicLong();
  private volatile boolean lost;

  OpenCalls(long epoch, int callsMax) {
    this.epoch = epoch;
    this.callsMax = callsMax;
  }

  long nextId() {
    return lastId.incrementAndGet();
  }

  /** Takes one place; false when all are taken. */
  boolean reserve() {
    if (count.incrementAndGet() > callsMax) {
      count.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Gives back a place whose call was never added. */
  void unreserve() {
    count.decrementAndGet();
  }

  /** Adds a call to a place reserved before; false if the worker is lost, the call answered so. */
  boolean add(long id, OpenCall<?> call) {
    calls.put(id, call);
    if (lost) {
      loseOne(id);
      return false;
    }
    return true;
  }

  /** The call of that id if it is open and of that kind, else null. */
  <C extends OpenCall<?>> C find(long id, Class<C> kind) {
    OpenCall<?> call = calls.get(id);
    return kind.isInstance(call) ? kind.cast(call) : null;
  }

  /** Takes the call out to be answered, or null. */
  OpenCall<?> remove(long id) {
    OpenCall<?> call = calls.remove(id);
    if (call != null) {
      count.decrementAndGet();
    }
    return call;
  }

  int size() {
    return count.get();
  }

  int callsMax() {
    return callsMax;
  }

  /** Answers all as lost, now and from now on. */
  void lose() {
    lost = true;
    calls.keySet().forEach(this::loseOne);
  }

  private void loseOne(long id) {
    OpenCall<?> call = remove(id);
    if (call != null) {
      call.lost(epoch);
    }
  }
}
