package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.recovery.ActorDrill;
import io.mainstay.actors.recovery.Domain;
import io.mainstay.actors.recovery.RestartSettings;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Has domains fail, to see them come back. */
final class DrillDesk implements Desk {
  /** The platform is no actor. */
  private static final Set<Domain> DOMAINS = EnumSet.complementOf(EnumSet.of(Domain.PLATFORM));

  private final ActorDrill drill;
  private final ActorRef<MemoryCommand> memory;
  private final RestartSettings restarts;

  /**
   * @param memory a domain; the others are its siblings
   * @param restarts of the domains
   */
  DrillDesk(ActorDrill drill, ActorRef<MemoryCommand> memory, RestartSettings restarts) {
    this.drill = drill;
    this.memory = memory;
    this.restarts = restarts;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.InjectFailure.class, this::inject);
  }

  private CompletionStage<GatewayReply> inject(GatewayRequest.InjectFailure ask) {
    if (!drill.isAllowed()) {
      throw Refusal.of(
          "fault_injection_off",
          "Domain "
              + ask.domain()
              + " cannot be made to fail: mainstay.device.worker.fault-injection is off",
          "Start the node with mainstay.device.worker.fault-injection = on");
    }
    String name = ask.domain();
    if (DOMAINS.stream().noneMatch(domain -> nameOf(domain).equals(name))) {
      throw Refusal.of(
          "unknown_domain",
          "there is no domain '" + name + "'",
          "one of: " + DOMAINS.stream().map(DrillDesk::nameOf).collect(Collectors.joining(", ")));
    }
    String component = memory.path().parent().child(name).toStringWithoutAddress();
    drill.arm(component, ask.forGood() ? restarts.failuresToGiveUp() : 1);
    return CompletableFuture.completedFuture(new GatewayReply.FaultArmed());
  }

  private static String nameOf(Domain domain) {
    return domain.name().toLowerCase(Locale.ROOT);
  }
}
