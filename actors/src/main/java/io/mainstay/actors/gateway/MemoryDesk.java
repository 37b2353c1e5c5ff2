package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Who has how much of which memory: the ledgers, beside what the workers say that they take. */
final class MemoryDesk implements Desk {
  /** Part of the time for an answer in which devices may add to it. */
  private static final int RESIDENT_PART = 3;

  private final Asking asking;
  private final int holdersMax;
  private final ActorRef<MemoryCommand> memory;
  private final ActorRef<DeviceCommand> device;

  /**
   * @param holdersMax most holders that are named of one memory
   */
  MemoryDesk(
      Asking asking,
      int holdersMax,
      ActorRef<MemoryCommand> memory,
      ActorRef<DeviceCommand> device) {
    this.asking = asking;
    this.holdersMax = holdersMax;
    this.memory = memory;
    this.device = device;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.ListMemory.class, this::list);
  }

  private CompletionStage<GatewayReply> list(GatewayRequest.ListMemory ask) {
    return asking
        .<MemoryCommand, MemoryCommand.RatedLedgers>ask(memory, MemoryCommand.RateLedgers::new)
        .thenCombine(
            residentBytes(), (rated, resident) -> page(rated, resident, Math.max(0, ask.offset())));
  }

  // Devices that do not answer soon are no reason to say nothing of the ledgers: the caller does
  // not wait for longer than one answer takes.
  private CompletionStage<Map<String, Long>> residentBytes() {
    return asking
        .<DeviceCommand, DeviceCommand.DeviceList>ask(
            device, DeviceCommand.ListDevices::new, asking.timeout().dividedBy(RESIDENT_PART))
        .thenApply(
            list ->
                list.devices().stream()
                    .collect(Collectors.toMap(DeviceView::id, DeviceView::residentBytes)))
        .exceptionally(silent -> Map.of());
  }

  private GatewayReply page(
      MemoryCommand.RatedLedgers rated, Map<String, Long> resident, int offset) {
    List<MemoryLedgerView> rest =
        rated.ledgers().stream()
            .skip(offset)
            .map(
                one ->
                    MemoryLedgerView.of(
                        one, resident.getOrDefault(one.ledger().deviceId(), 0L), holdersMax))
            .toList();
    List<MemoryLedgerView> fit = ReplyBytes.fitting(rest);
    return new GatewayReply.Memory(fit, fit.size() < rest.size());
  }
}
