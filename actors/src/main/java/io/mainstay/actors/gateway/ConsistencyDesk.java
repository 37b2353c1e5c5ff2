package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.consistency.ConsistencyMonitor;
import io.mainstay.actors.consistency.ConsistencyView;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** What the consistency monitor found; a look at once; divergences made to test it. */
final class ConsistencyDesk implements Desk {
  /** Two looks with a pause between them, each of which waits for slow domains. */
  private static final int LOOKS = 3;

  private final Asking asking;
  private final ActorRef<ConsistencyMonitor.Command> monitor;
  private final Duration look;

  /**
   * @param interval between looks: one is always shorter
   */
  ConsistencyDesk(Asking asking, ActorRef<ConsistencyMonitor.Command> monitor, Duration interval) {
    this.asking = asking;
    this.monitor = monitor;
    this.look = interval.multipliedBy(LOOKS);
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.GetConsistency.class, this::consistency);
    desks.on(GatewayRequest.InjectDivergences.class, this::inject);
  }

  private CompletionStage<GatewayReply> consistency(GatewayRequest.GetConsistency ask) {
    CompletionStage<ConsistencyView> view =
        ask.checkNow()
            ? asking.ask(monitor, ConsistencyMonitor.CheckNow::new, look)
            : asking.ask(monitor, ConsistencyMonitor.Get::new);
    return view.thenApply(GatewayReply.Consistency::new);
  }

  private CompletionStage<GatewayReply> inject(GatewayRequest.InjectDivergences ask) {
    return asking
        .<ConsistencyMonitor.Command, Map<String, Integer>>askStatus(
            monitor,
            replyTo -> new ConsistencyMonitor.Inject(ask.kind(), ask.count(), ask.seed(), replyTo),
            look.multipliedBy(LOOKS))
        .thenApply(
            ways ->
                new GatewayReply.DivergencesInjected(
                    ways.values().stream().mapToInt(Integer::intValue).sum(), ways));
  }
}
