package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.state.cache.Cached;
import io.mainstay.actors.state.cache.StateCaches;
import io.mainstay.actors.state.json.DeviceNames;
import io.mainstay.actors.state.json.StateJson;
import io.mainstay.actors.state.propagation.Rank;
import io.mainstay.actors.state.propagation.StateCommand;
import io.mainstay.actors.state.propagation.StateRecord;
import io.mainstay.protocol.state.StateMessage;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/** State as this node sees it, and as it changes. */
final class StateDesk implements Desk {
  private final Asking asking;
  private final GatewaySettings settings;
  private final ActorRef<StateCommand> state;
  private final Clock clock;

  StateDesk(Asking asking, GatewaySettings settings, ActorRef<StateCommand> state, Clock clock) {
    this.asking = asking;
    this.settings = settings;
    this.state = state;
    this.clock = clock;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.GetState.class, this::copies);
    desks.on(GatewayRequest.WatchState.class, this::watch);
  }

  private CompletionStage<GatewayReply> copies(GatewayRequest.GetState ask) {
    String device =
        ask.deviceId() == null || ask.deviceId().isEmpty()
            ? ""
            : DeviceNames.canonical(ask.deviceId());
    return asking
        .<StateCommand, StateCommand.Copies>ask(state, StateCommand.GetCopies::new)
        .thenApply(all -> copies(all, device, Math.max(0, ask.offset())));
  }

  private GatewayReply copies(StateCommand.Copies all, String device, int offset) {
    List<StateCaches.Entry> wanted =
        all.entries().stream()
            .filter(entry -> device.isEmpty() || entry.key().source().equals(device))
            .skip(offset)
            .toList();
    List<GatewayReply.StateCopyView> page =
        ReplyBytes.fitting(wanted.stream().limit(settings.listMax()).map(this::view).toList());
    return new GatewayReply.State(page, traffic(all), page.size() < wanted.size());
  }

  private GatewayReply.StateCopyView view(StateCaches.Entry entry) {
    Cached<StateMessage> copy = entry.copy();
    return new GatewayReply.StateCopyView(
        entry.key().source(),
        entry.key().kind().owner().name().toLowerCase(Locale.ROOT),
        entry.key().kind().eventType(),
        entry.key().subject(),
        copy.epoch(),
        copy.version(),
        copy.at(),
        copy.age(clock).toMillis(),
        StateJson.print(copy.value()));
  }

  private static GatewayReply.StateTraffic traffic(StateCommand.Copies all) {
    return new GatewayReply.StateTraffic(
        Arrays.stream(Rank.values()).map(rank -> all.waiting().get(rank)).toList(),
        all.inFlight(),
        all.conflated(),
        all.turnedAway(),
        all.refused().values().stream().mapToLong(Long::longValue).sum());
  }

  private CompletionStage<GatewayReply> watch(GatewayRequest.WatchState ask) {
    int limit = Math.max(1, Math.min(ask.limit(), settings.listMax()));
    return asking
        .<StateCommand, StateCommand.Records>ask(
            state, replyTo -> new StateCommand.GetRecords(ask.after(), limit, replyTo))
        .thenApply(StateDesk::messages);
  }

  private static GatewayReply messages(StateCommand.Records found) {
    List<GatewayReply.StateMessageView> page =
        ReplyBytes.fitting(found.records().stream().map(StateDesk::view).toList());
    boolean cut = page.size() < found.records().size();
    long last = cut ? page.get(page.size() - 1).ordering() : found.last();
    return new GatewayReply.StateMessages(page, last, found.missed(), cut);
  }

  private static GatewayReply.StateMessageView view(StateRecord record) {
    return new GatewayReply.StateMessageView(
        record.ordering(),
        record.at(),
        record.source(),
        record.rank().name(),
        record.outcome(),
        record.told().epoch(),
        record.told().sequence(),
        record.told().version(),
        record.notes(),
        StateJson.print(record.told().message()));
  }
}
