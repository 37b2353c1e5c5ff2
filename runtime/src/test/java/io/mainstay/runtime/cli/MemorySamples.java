package io.mainstay.runtime.cli;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.actors.gateway.MemoryLedgerView;
import java.util.List;

/** Two memories, answered one at a time. */
final class MemorySamples {
  private static final List<MemoryLedgerView> LEDGERS =
      List.of(
          new MemoryLedgerView(
              "cpu-0",
              2147483648L,
              1073741824L,
              1610612736L,
              536870912L,
              0.75,
              "moderate",
              104857600L,
              List.of(
                  new MemoryLedgerView.Holder("model", "all-minilm-l6-v2-q", 1073741824L),
                  new MemoryLedgerView.Holder("worker", "3/growth", 5242880L)),
              4),
          new MemoryLedgerView(
              "host", 1073741824L, 1073741824L, 0, 1073741824L, 0, "low", 0, List.of(), 0));

  private MemorySamples() {}

  static GatewayReply page(GatewayRequest.ListMemory ask) {
    return new GatewayReply.Memory(
        LEDGERS.subList(ask.offset(), ask.offset() + 1), ask.offset() + 1 < LEDGERS.size());
  }
}
