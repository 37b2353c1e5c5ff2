package io.mainstay.persistence.session;

import io.mainstay.persistence.serialization.EventMeta;

/**
 * A batch without a result. Immutable.
 *
 * @param attempts times it was sent, or what it was split from
 * @param deaths workers that died with it, or with what it was split from
 * @param unresolved times it was sent since the last known outcome
 * @param device where it is in flight, or null
 * @param epoch of the worker that has it, if in flight
 * @param last event that changed it: the cause of the next one
 */
record BatchWork(
    DocumentRange range,
    int attempts,
    int deaths,
    int unresolved,
    String device,
    long epoch,
    EventMeta last) {

  static BatchWork fresh(DocumentRange range, EventMeta cause) {
    return new BatchWork(range, 0, 0, 0, null, 0, cause);
  }

  boolean inFlightAt(String otherDevice, long otherEpoch) {
    return device != null && device.equals(otherDevice) && epoch == otherEpoch;
  }

  BatchWork dispatched(SessionEvent.BatchDispatched event) {
    return new BatchWork(
        range,
        event.attempt(),
        deaths,
        unresolved + 1,
        event.device(),
        event.epoch(),
        event.meta());
  }

  BatchWork interrupted(SessionEvent.BatchInterrupted event) {
    return new BatchWork(range, attempts, event.deaths(), 0, null, 0, event.meta());
  }

  BatchWork part(DocumentRange half, EventMeta cause) {
    return new BatchWork(half, attempts, deaths, 0, null, 0, cause);
  }

  SessionWork.Pending toPending() {
    return new SessionWork.Pending(range, attempts, deaths);
  }
}
