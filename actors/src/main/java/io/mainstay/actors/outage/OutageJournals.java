package io.mainstay.actors.outage;

import akka.actor.typed.ActorRef;
import io.mainstay.persistence.history.ConsistencyEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.OutageEvent;

/**
 * Where what the keeper does is written.
 *
 * @param outages the node's log of outages
 * @param consistency the node's log of divergences, which the monitor writes too
 */
public record OutageJournals(
    ActorRef<HistoryLog.Command<OutageEvent>> outages,
    ActorRef<HistoryLog.Command<ConsistencyEvent>> consistency) {}
