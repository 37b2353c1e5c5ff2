package io.mainstay.actors.state.propagation;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.outage.OutageFeed;
import io.mainstay.actors.state.cache.SenderMark;
import io.mainstay.actors.state.cache.StateCaches;
import io.mainstay.protocol.ownership.StateDomain;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StateRefusal;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is asked of the {@link PropagationDesk}. Node-local. */
public sealed interface StateCommand
    permits StateCommand.Announce,
        StateCommand.Heard,
        StateCommand.WorkerGreeted,
        StateCommand.WorkerServes,
        StateCommand.WorkerEnded,
        StateCommand.Over,
        StateCommand.Subscribe,
        StateCommand.Confirm,
        StateCommand.Follow,
        StateCommand.GetCopies,
        StateCommand.GetRecords,
        PropagationDesk.Own {
  /** Source of what runs in this JVM beside the devices, on the workers' side. */
  String RUNNERS = "runners";

  /** Stands for every worker that serves. */
  Set<String> EVERY_WORKER = Set.of(Change.EVERYWHERE);

  /**
   * State of this node changed, or of what runs beside the devices; version and order are given
   * here.
   *
   * @param source {@code node} or {@link #RUNNERS}
   * @param devices whose workers it concerns; empty for none, {@link #EVERY_WORKER} for all
   */
  record Announce(String source, StateMessage message, Set<String> devices)
      implements StateCommand {
    public Announce {
      devices = Set.copyOf(devices);
    }
  }

  /** A worker told something. */
  record Heard(String deviceId, StateEnvelope told) implements StateCommand {}

  /** From now on that incarnation is heard, and none before it. */
  record WorkerGreeted(String deviceId, long epoch) implements StateCommand {}

  /** From now on that incarnation is heard, and told what lasts. */
  record WorkerServes(String deviceId, long epoch, WorkerLink link) implements StateCommand {}

  /** That incarnation ended: nothing is told to it any more. */
  record WorkerEnded(String deviceId, long epoch) implements StateCommand {}

  /** A session is over: workers are told, and what is held of it is forgotten. */
  record Over(String sessionId) implements StateCommand {}

  /** From now on the subscriber is told what concerns that domain; one for each domain. */
  record Subscribe(StateDomain domain, ActorRef<StateNotice> subscriber) implements StateCommand {}

  /** The subscriber of a domain has acted on a change. */
  record Confirm(long changeId, StateDomain domain) implements StateCommand {}

  /** From now on nothing is told to workers of devices that the feed says are out of reach. */
  record Follow(OutageFeed outages) implements StateCommand {}

  /** All copies that are held. */
  record GetCopies(ActorRef<Copies> replyTo) implements StateCommand {}

  /**
   * Reply to {@link GetCopies}.
   *
   * @param refused envelopes that were not taken, by the reason
   * @param waiting how many wait, by rank
   * @param inFlight on their way and not confirmed
   * @param conflated made superfluous while they waited
   * @param turnedAway refused because a queue was full
   */
  record Copies(
      List<StateCaches.Entry> entries,
      Map<String, SenderMark> senders,
      Map<StateRefusal, Long> refused,
      Map<Rank, Integer> waiting,
      int inFlight,
      long conflated,
      long turnedAway) {
    public Copies {
      entries = List.copyOf(entries);
      senders = Map.copyOf(senders);
      refused = Map.copyOf(refused);
      waiting = Map.copyOf(waiting);
    }
  }

  /** Records after that ordering; -1 for those to come. */
  record GetRecords(long after, int limit, ActorRef<Records> replyTo) implements StateCommand {}

  /**
   * Reply to {@link GetRecords}.
   *
   * @param last where to go on
   * @param missed records after the given ordering that are not kept any more
   */
  record Records(List<StateRecord> records, long last, long missed) {
    public Records {
      records = List.copyOf(records);
    }
  }
}
