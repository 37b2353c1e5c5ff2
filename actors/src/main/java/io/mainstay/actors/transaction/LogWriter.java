package io.mainstay.actors.transaction;

import akka.actor.typed.ActorRef;
import io.mainstay.persistence.transaction.TransactionObserver;
import io.mainstay.persistence.transaction.TransactionObserver.Point;
import io.mainstay.persistence.transaction.participant.Holdings;
import io.mainstay.persistence.transaction.participant.ParticipantEvent;
import io.mainstay.persistence.transaction.participant.ParticipantLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Writes a participant's events, many at a time: what comes while a write runs goes into the next
 * one, so that many transactions at a time cost few waits for the disk. Confined to its actor.
 */
final class LogWriter {
  private record Entry(ParticipantEvent event, Runnable then) {}

  private final ActorRef<ParticipantLog.Command> log;
  private final ActorRef<ParticipantLog.Written> written;
  private final TransactionObserver observer;
  private final String participant;
  private final int writeMax;
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private List<Entry> writing = List.of();
  private Holdings holdings;

  LogWriter(
      ActorRef<ParticipantLog.Command> log,
      ActorRef<ParticipantLog.Written> written,
      TransactionObserver observer,
      String participant,
      int writeMax,
      Holdings holdings) {
    this.log = log;
    this.written = written;
    this.observer = observer;
    this.participant = participant;
    this.writeMax = writeMax;
    this.holdings = holdings;
  }

  /** What is held, by the last event that is durable. */
  Holdings holdings() {
    return holdings;
  }

  /**
   * @param then once it is durable, on the actor's thread
   */
  void write(ParticipantEvent event, Runnable then) {
    waiting.add(new Entry(event, then));
    writeNext();
  }

  void on(ParticipantLog.Written done) {
    holdings = done.now();
    List<Entry> durable = writing;
    writing = List.of();
    for (Entry entry : durable) {
      observer.at(Point.WRITTEN, entry.event().transactionId(), name(entry));
      entry.then().run();
    }
    writeNext();
  }

  private void writeNext() {
    if (!writing.isEmpty() || waiting.isEmpty()) {
      return;
    }
    List<Entry> next = new ArrayList<>();
    while (next.size() < writeMax && !waiting.isEmpty()) {
      Entry entry = waiting.poll();
      observer.at(Point.WRITE, entry.event().transactionId(), name(entry));
      next.add(entry);
    }
    writing = List.copyOf(next);
    log.tell(new ParticipantLog.Write(next.stream().map(Entry::event).toList(), written));
  }

  private String name(Entry entry) {
    return entry.event().getClass().getSimpleName() + " " + participant;
  }
}
