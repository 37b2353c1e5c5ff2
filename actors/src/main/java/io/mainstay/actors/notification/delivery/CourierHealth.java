package io.mainstay.actors.notification.delivery;

import io.mainstay.actors.notification.Channel;
import java.time.Duration;

/**
 * How a channel to administrators does.
 *
 * @param configured false if there is none of that name on this node
 * @param waiting notifications that are not delivered yet
 * @param trouble of its service at the last attempt, one line; empty if there was none, or no
 *     attempt yet
 * @param renewal what became of reading its credentials again; empty if nothing refused them since
 * @param pause until the next attempt
 * @param taken messages that its service took in this life of the courier
 * @param proven whether it took one since it was last in trouble, in this life of the courier
 */
public record CourierHealth(
    Channel channel,
    boolean configured,
    int waiting,
    String trouble,
    String renewal,
    Duration pause,
    long taken,
    boolean proven) {
  /** Of one that there is not. */
  public static CourierHealth absent(Channel channel) {
    return new CourierHealth(channel, false, 0, "", "", Duration.ZERO, 0, false);
  }

  /** Whether its service takes messages: one that nothing was tried at yet is not known to. */
  public boolean delivers() {
    return configured && trouble.isEmpty() && proven;
  }

  /** For people, one line. */
  public String text() {
    if (!configured) {
      return channel.text() + " is not configured";
    }
    String queue = waiting + " notifications wait, " + taken + " messages were taken";
    String read = renewal.isEmpty() ? "" : "; " + renewal;
    if (delivers()) {
      return channel.text() + " delivers: " + queue + read;
    }
    String state = trouble.isEmpty() ? "nothing shows yet whether it delivers" : trouble;
    return "%s: %s; %s, the next attempt in %d ms%s"
        .formatted(channel.text(), state, queue, pause.toMillis(), read);
  }
}
