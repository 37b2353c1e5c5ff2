package io.mainstay.actors.notification.delivery;

import io.mainstay.actors.notification.Channel;
import java.time.Duration;

/**
 * How a channel to administrators does.
 *
 * @param configured false if there is none of that name on this node
 * @param waiting notifications that are not delivered yet
 * @param trouble what its service answered last, one line; empty if it took the last message
 * @param renewal what became of reading its credentials again; empty if nothing refused them since
 * @param pause until the next attempt
 * @param taken messages that its service took in this life of the courier
 */
public record CourierHealth(
    Channel channel,
    boolean configured,
    int waiting,
    String trouble,
    String renewal,
    Duration pause,
    long taken) {
  /** Of one that there is not. */
  public static CourierHealth absent(Channel channel) {
    return new CourierHealth(channel, false, 0, "", "", Duration.ZERO, 0);
  }

  /** Whether its service takes messages, so far as is known. */
  public boolean delivers() {
    return configured && trouble.isEmpty();
  }

  /** For people, one line. */
  public String text() {
    if (!configured) {
      return channel.text() + " is not configured";
    }
    String queue = waiting + " notifications wait, " + taken + " messages were taken";
    String read = renewal.isEmpty() ? "" : "; " + renewal;
    return trouble.isEmpty()
        ? channel.text() + " delivers: " + queue + read
        : "%s: %s; %s, the next attempt in %d ms%s"
            .formatted(channel.text(), trouble, queue, pause.toMillis(), read);
  }
}
