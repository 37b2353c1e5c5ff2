package io.mainstay.actors.state.propagation;

import io.mainstay.protocol.ownership.StateDomain;
import java.util.Locale;

/** Somebody whom a change may concern: a domain of this node, or the worker of a device. */
public sealed interface Receiver {
  /** For people, such as {@code worker cpu-0}. */
  String label();

  /** The subscriber of a domain. */
  record OfDomain(StateDomain domain) implements Receiver {
    @Override
    public String label() {
      return domain.name().toLowerCase(Locale.ROOT);
    }
  }

  /** The worker that serves a device. */
  record OfWorker(String deviceId) implements Receiver {
    @Override
    public String label() {
      return "worker " + deviceId;
    }
  }
}
