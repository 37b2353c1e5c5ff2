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
  /**
   * Calls of the state protocol that may be open, beside the work: a worker that is full of work
   * must still hear that it shall pause.
   */
  static final int STATE_CALLS_MAX = 64;

  private final long epoch;
  private final int callsMax;
  private final Map<Long, OpenCall<?>> calls = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicInteger stateCount = new AtomicInteger();
  private final AtomicLong lastId = new AtomicLong();
  private volatile boolean lost;

  OpenCalls(long epoch, int callsMax) {
    this.epoch = epoch;
    this.callsMax = callsMax;
  }

  long nextId() {
    return lastId.incrementAndGet();
  }

  /** Takes one place of its kind for the call; false when all are taken. */
  boolean reserve(OpenCall<?> call) {
    AtomicInteger taken = places(call);
    if (taken.incrementAndGet() > (call.isOfState() ? STATE_CALLS_MAX : callsMax)) {
      taken.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Gives back the place of a call that was never added. */
  void unreserve(OpenCall<?> call) {
    places(call).decrementAndGet();
  }

  private AtomicInteger places(OpenCall<?> call) {
    return call.isOfState() ? stateCount : count;
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
      unreserve(call);
    }
    return call;
  }

  /** Of work. */
  int size() {
    return count.get();
  }

  /** Of the state protocol. */
  int stateSize() {
    return stateCount.get();
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
