package io.mainstay.actors.inference;

import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who waits for a turn and who has one. Pure and immutable: turns go to the highest class first,
 * then in order of request, to the device with the most room; work that is half done stays on its
 * device, or on one of the same backend, as long as its own serves the model. A turn may serve
 * several calls, one after another, and counts towards the device's window until it is over;
 * between two calls it yields to a higher class.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.INFERENCE,
    group = "orchestration",
    fields = "allocation")
final class TurnBook {
  /**
   * A device that takes work now.
   *
   * @param backend devices of the same one compute alike
   */
  record Offer(String deviceId, long epoch, Collection<String> models, String backend) {}

  /** Decided: that turn gets that device. */
  record Grant(String turnId, String modelId, String deviceId, long epoch) {}

  /**
   * Somebody waits for a device with that model.
   *
   * @param goesOnAt device that the work is half done on, or empty
   */
  record Waiting(
      String turnId,
      String modelId,
      WorkClass workClass,
      boolean alone,
      String goesOnAt,
      long order) {}

  /**
   * A session that rests on a device.
   *
   * @param by who needs that; it rests until nobody does
   */
  record Rest(String by, String sessionId, String deviceId) {}

  private enum Phase {
    /** Its holder may send a call. */
    GRANTED,
    /** A call is at the worker. */
    USED,
    /** Given back while a call is at the worker: gone when that has ended. */
    LEAVING
  }

  private record Held(
      Grant grant, WorkClass workClass, boolean alone, Phase phase, int uses, long sinceNanos) {
    Held as(Phase next, int usesNow, long nowNanos) {
      return new Held(grant, workClass, alone, next, usesNow, nowNanos);
    }
  }

  /** What is to be granted, and the book after it. */
  record Decision(List<Grant> grants, TurnBook next) {}

  private static final Comparator<Waiting> BY_RANK =
      Comparator.comparing(Waiting::workClass).thenComparingLong(Waiting::order);

  private static final TurnBook EMPTY = new TurnBook(new TreeSet<>(BY_RANK), Map.of(), Set.of(), 0);

  private final SortedSet<Waiting> waiting;
  private final Map<String, Held> held;
  private final Set<Rest> resting;
  private final long requests;

  private TurnBook(
      SortedSet<Waiting> waiting, Map<String, Held> held, Set<Rest> resting, long requests) {
    this.waiting = waiting;
    this.held = held;
    this.resting = resting;
    this.requests = requests;
  }

  static TurnBook empty() {
    return EMPTY;
  }

  /** In order of service. */
  List<Waiting> waiting() {
    return List.copyOf(waiting);
  }

  boolean knows(String turnId) {
    return held.containsKey(turnId) || waiting.stream().anyMatch(w -> w.turnId().equals(turnId));
  }

  /** The grant of a turn that was given and is not over, or null. */
  Grant grantOf(String turnId) {
    Held turn = held.get(turnId);
    return turn == null ? null : turn.grant();
  }

  boolean used(String turnId) {
    Held turn = held.get(turnId);
    return turn != null && turn.phase() != Phase.GRANTED;
  }

  /** How often it was used so far, or 0 if its holder may not use it. */
  int usesOf(String turnId) {
    Held turn = held.get(turnId);
    return turn == null || turn.phase() == Phase.LEAVING ? 0 : turn.uses();
  }

  /**
   * Whether a turn that was used must go before its next call: somebody of a higher class waits for
   * a model of its device. A fresh turn is good for one call in any case.
   *
   * @param models that its device serves
   */
  boolean yields(String turnId, Collection<String> models) {
    Held turn = held.get(turnId);
    return turn != null
        && turn.uses() > 0
        && waiting.stream()
            .anyMatch(
                next ->
                    next.workClass().compareTo(turn.workClass()) < 0
                        && models.contains(next.modelId()));
  }

  int onDevice(String deviceId) {
    return (int) held.values().stream().filter(h -> h.grant().deviceId().equals(deviceId)).count();
  }

  private int roomOn(String deviceId, int window) {
    boolean taken =
        held.values().stream().anyMatch(h -> h.alone() && h.grant().deviceId().equals(deviceId));
    return taken ? 0 : window - onDevice(deviceId) + restingOn(deviceId);
  }

  /** Turns whose calls the worker holds: they take nobody's place. */
  private int restingOn(String deviceId) {
    return (int)
        held.values().stream()
            .filter(h -> h.grant().deviceId().equals(deviceId))
            .filter(h -> rests(h.grant().turnId(), deviceId))
            .count();
  }

  private boolean rests(String turnId, String deviceId) {
    String sessionId = session(turnId);
    return resting.stream()
        .anyMatch(rest -> rest.sessionId().equals(sessionId) && rest.deviceId().equals(deviceId));
  }

  /** Ids of a session's turns begin with its own and a slash. */
  private static String session(String turnId) {
    return turnId.split("/", 2)[0];
  }

  /** Who rests where, and for whom. */
  Set<Rest> resting() {
    return resting;
  }

  /** The session gets no turn there until nobody who held it back needs that any more. */
  TurnBook holdBack(Rest rest) {
    Set<Rest> more = new HashSet<>(resting);
    more.add(rest);
    return new TurnBook(waiting, held, Set.copyOf(more), requests);
  }

  /** That one does not need it any more; it is as any other there once nobody does. */
  TurnBook letGo(Rest rest) {
    Set<Rest> fewer = new HashSet<>(resting);
    fewer.remove(rest);
    return new TurnBook(waiting, held, Set.copyOf(fewer), requests);
  }

  /** Asked twice is asked once. */
  TurnBook request(
      String turnId, String modelId, WorkClass workClass, boolean alone, String goesOnAt) {
    if (knows(turnId)) {
      return this;
    }
    SortedSet<Waiting> more = new TreeSet<>(waiting);
    more.add(new Waiting(turnId, modelId, workClass, alone, goesOnAt, requests));
    return new TurnBook(more, held, resting, requests + 1);
  }

  /** Waiting or granted or used: gone. */
  TurnBook remove(String turnId) {
    Map<String, Held> fewer = new LinkedHashMap<>(held);
    fewer.remove(turnId);
    SortedSet<Waiting> rest = new TreeSet<>(waiting);
    rest.removeIf(w -> w.turnId().equals(turnId));
    return new TurnBook(rest, fewer, resting, requests);
  }

  /** The runner sends a call now; the one before, if any, has been answered. */
  TurnBook use(String turnId) {
    Held turn = held.get(turnId);
    return turn == null || turn.phase() == Phase.LEAVING
        ? this
        : with(turn.as(Phase.USED, turn.uses() + 1, turn.sinceNanos()));
  }

  /**
   * The worker is done with a call of the turn. Its holder may know already and have sent the next.
   *
   * @param use number of the call, the first is 1
   * @param keep whether the turn goes on, until it is used again, released or idle for too long
   */
  TurnBook ended(String turnId, int use, boolean keep, long nowNanos) {
    Held turn = held.get(turnId);
    if (turn == null || turn.uses() != use) {
      return this;
    }
    return keep && turn.phase() == Phase.USED
        ? with(turn.as(Phase.GRANTED, use, nowNanos))
        : remove(turnId);
  }

  /** Given back: gone at once, or when the call at the worker has ended. */
  TurnBook release(String turnId) {
    return used(turnId)
        ? with(held.get(turnId).as(Phase.LEAVING, held.get(turnId).uses(), 0))
        : remove(turnId);
  }

  private TurnBook with(Held turn) {
    Map<String, Held> changed = new LinkedHashMap<>(held);
    changed.put(turn.grant().turnId(), turn);
    return new TurnBook(waiting, changed, resting, requests);
  }

  /** Held for longer than the lease without a call. */
  List<String> idle(long nowNanos, long leaseNanos) {
    return held.values().stream()
        .filter(h -> h.phase() == Phase.GRANTED && nowNanos - h.sinceNanos() > leaseNanos)
        .map(h -> h.grant().turnId())
        .toList();
  }

  /** A worker is gone: turns on it without a call are void. The others end by themselves. */
  TurnBook epochLost(String deviceId, long epoch) {
    Map<String, Held> rest = new LinkedHashMap<>(held);
    rest.values()
        .removeIf(
            h ->
                h.phase() == Phase.GRANTED
                    && h.grant().deviceId().equals(deviceId)
                    && h.grant().epoch() == epoch);
    return new TurnBook(waiting, rest, resting, requests);
  }

  /**
   * Gives turns away. A turn alone takes a whole device: it gets one that has no turn, and while it
   * waits for that, the emptiest device with its model is kept for it.
   *
   * @param window most turns on a device
   */
  Decision decide(Collection<Offer> offers, int window, long nowNanos) {
    Map<String, Integer> room = new HashMap<>();
    offers.forEach(o -> room.put(o.deviceId(), roomOn(o.deviceId(), window)));
    List<Grant> grants = new ArrayList<>();
    SortedSet<Waiting> rest = new TreeSet<>(waiting);
    Map<String, Held> more = new LinkedHashMap<>(held);
    for (Waiting next : waiting) {
      Offer best = best(next, offers, room);
      if (best != null && next.alone() && room.get(best.deviceId()) < window) {
        room.put(best.deviceId(), 0);
      } else if (best != null) {
        room.merge(best.deviceId(), next.alone() ? -window : -1, Integer::sum);
        Grant grant = new Grant(next.turnId(), next.modelId(), best.deviceId(), best.epoch());
        grants.add(grant);
        rest.remove(next);
        more.put(
            next.turnId(),
            new Held(grant, next.workClass(), next.alone(), Phase.GRANTED, 0, nowNanos));
      }
    }
    return grants.isEmpty()
        ? new Decision(List.of(), this)
        : new Decision(List.copyOf(grants), new TurnBook(rest, more, resting, requests));
  }

  /** Null if it has to wait. */
  private Offer best(Waiting next, Collection<Offer> offers, Map<String, Integer> room) {
    List<Offer> serving =
        offers.stream()
            .filter(o -> o.models().contains(next.modelId()))
            .filter(o -> !rests(next.turnId(), o.deviceId()))
            .toList();
    Offer before =
        serving.stream().filter(o -> o.deviceId().equals(next.goesOnAt())).findFirst().orElse(null);
    if (before != null && room.get(before.deviceId()) > 0) {
      return before;
    }
    Offer best = null;
    for (Offer offer : serving) {
      int free = room.get(offer.deviceId());
      if (free > 0
          && (before == null || before.backend().equals(offer.backend()))
          && (best == null || free > room.get(best.deviceId()))) {
        best = offer;
      }
    }
    return best;
  }
}
