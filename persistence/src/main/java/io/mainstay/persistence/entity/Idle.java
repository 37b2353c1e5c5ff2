package io.mainstay.persistence.entity;

import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;

/** Whether an entity has written nothing for long, as those who look after it want to know. */
public final class Idle {
  private Idle() {}

  /**
   * True if its last event is that old; never of an entity without events.
   *
   * @param last or null
   */
  public static boolean since(EventMeta last, EventStamper stamper, long idleMillis) {
    return last != null
        && Duration.between(last.at(), stamper.root().at()).toMillis() >= idleMillis;
  }
}
