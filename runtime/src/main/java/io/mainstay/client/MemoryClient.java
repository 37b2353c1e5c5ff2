package io.mainstay.client;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.actors.gateway.MemoryLedgerView;
import java.util.ArrayList;
import java.util.List;

/** A node's memory, over the link of a {@link MainstayClient}. */
final class MemoryClient {
  private final GatewayLink link;

  MemoryClient(GatewayLink link) {
    this.link = link;
  }

  /** All pages. */
  List<MemoryLedgerView> ledgers() {
    List<MemoryLedgerView> ledgers = new ArrayList<>();
    GatewayReply.Memory page;
    do {
      page =
          link.call(
              new GatewayRequest.ListMemory(ledgers.size()),
              link.settings().askTimeout(),
              GatewayReply.Memory.class);
      ledgers.addAll(page.ledgers());
    } while (page.more() && !page.ledgers().isEmpty());
    return ledgers;
  }
}
