package io.mainstay.actors.transaction;

import io.mainstay.actors.outage.OutageFeed;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.transaction.resource.Resources;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.transaction.TransactionObserver;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whom the participants of a node work with.
 *
 * @param node part of the names of their logs
 * @param life a fresh id for each life of the domains
 * @param resources of each participant, by its name
 * @param outages tells which devices are out of reach
 * @param guard wraps each participant in its supervision
 */
public record TransactionCollaborators(
    String node,
    String life,
    Map<String, Resources> resources,
    Coordinator coordinator,
    EventStamper stamper,
    TransactionObserver observer,
    OutageFeed outages,
    ChildGuard guard) {
  public TransactionCollaborators {
    resources = Collections.unmodifiableMap(new LinkedHashMap<>(resources));
  }

  /** Of participants whose devices are never out of reach. */
  public TransactionCollaborators(
      String node,
      String life,
      Map<String, Resources> resources,
      Coordinator coordinator,
      EventStamper stamper,
      TransactionObserver observer,
      ChildGuard guard) {
    this(node, life, resources, coordinator, stamper, observer, OutageFeed.NONE, guard);
  }
}
