package io.mainstay.actors.state.propagation;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.outage.OutageFeed;
import io.mainstay.actors.state.StateKind;
import io.mainstay.actors.state.cache.CacheKey;
import io.mainstay.actors.state.cache.StateCaches;
import io.mainstay.protocol.ownership.StateDomain;
import io.mainstay.protocol.state.StateEnvelope;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a restart of the desk must not lose: copies, numbers, what is queued or on its way, sessions
 * whose end is to be told behind it, who serves and who listens. Confined to the desk.
 */
final class DeskBooks {
  /** Of these the last one is told to every worker that begins to serve. */
  private static final Set<StateKind> LASTING =
      EnumSet.of(
          StateKind.DEVICE_CONFIG_UPDATE,
          StateKind.DEVICE_ROUTING_UPDATE,
          StateKind.MEMORY_POLICY_UPDATE,
          StateKind.MODEL_CACHE_UPDATE,
          StateKind.PROCESSING_SESSION_CREATED,
          StateKind.SAFETY_POLICY_UPDATE);

  /** A worker that serves, and the number of the last message to it. */
  static final class Serving {
    private final long epoch;
    private final WorkerLink link;
    private long sequence;

    private Serving(long epoch, WorkerLink link) {
      this.epoch = epoch;
      this.link = link;
    }

    long epoch() {
      return epoch;
    }

    WorkerLink link() {
      return link;
    }

    /** The same message, numbered for this worker. */
    StateEnvelope numbered(long correlationId, StateEnvelope told) {
      return new StateEnvelope(
          epoch, ++sequence, correlationId, told.version(), told.at(), told.message());
    }
  }

  /** What was last told of lasting state, and whom it concerns. */
  record Lasting(StateEnvelope told, Set<String> devices) {
    boolean concerns(String deviceId) {
      return devices.contains(Change.EVERYWHERE) || devices.contains(deviceId);
    }
  }

  private final StateCaches caches;
  private final RecentRecords records;
  private final Map<String, Serving> workers = new HashMap<>();
  private final Map<StateDomain, ActorRef<StateNotice>> subscribers =
      new EnumMap<>(StateDomain.class);
  private final Map<CacheKey, Lasting> lasting = new LinkedHashMap<>();
  private final Map<String, Long> sequences = new HashMap<>();
  private final FrozenMail mail;
  private final RankedQueues queues;
  private final Map<Long, Propagation> inFlight = new LinkedHashMap<>();
  private final SessionEnds ends = new SessionEnds();
  private OutageFeed outages = OutageFeed.NONE;
  private long versions;
  private long changes;
  private long turnedAway;

  DeskBooks(PropagationSettings settings) {
    this.caches = new StateCaches(settings.subjectsMax());
    this.records = new RecentRecords(settings.watchHistory());
    this.mail = new FrozenMail(settings.heldMax());
    this.queues = new RankedQueues(settings.queues());
  }

  RankedQueues queues() {
    return queues;
  }

  /** Sent and not settled, by the change's number. */
  Map<Long, Propagation> inFlight() {
    return inFlight;
  }

  SessionEnds ends() {
    return ends;
  }

  FrozenMail mail() {
    return mail;
  }

  /** Where the desk hears of outages. */
  OutageFeed outages() {
    return outages;
  }

  void follows(OutageFeed feed) {
    outages = feed;
  }

  StateCaches caches() {
    return caches;
  }

  RecentRecords records() {
    return records;
  }

  Map<String, Serving> workers() {
    return workers;
  }

  Map<StateDomain, ActorRef<StateNotice>> subscribers() {
    return subscribers;
  }

  void serves(String deviceId, long epoch, WorkerLink link) {
    workers.put(deviceId, new Serving(epoch, link));
  }

  long nextVersion() {
    return ++versions;
  }

  long nextSequence(String source) {
    return sequences.merge(source, 1L, Long::sum);
  }

  long nextChange() {
    return ++changes;
  }

  void turnAway() {
    turnedAway++;
  }

  long turnedAway() {
    return turnedAway;
  }

  /** Whether later workers are told of it too. */
  static boolean lasts(Change change) {
    return LASTING.contains(change.key().kind());
  }

  /** Remembers what later workers are to be told. */
  void remember(Change change) {
    if (!change.again() && lasts(change)) {
      lasting.put(change.key(), new Lasting(change.told(), change.devices()));
    }
  }

  /** Later workers need not know of the session. */
  void over(String sessionId) {
    lasting
        .keySet()
        .removeIf(
            key ->
                key.kind() == StateKind.PROCESSING_SESSION_CREATED
                    && key.subject().equals(sessionId));
  }

  /** What a worker of that device that begins to serve is to be told. */
  List<Lasting> lastingFor(String deviceId) {
    return lasting.values().stream().filter(state -> state.concerns(deviceId)).toList();
  }
}
