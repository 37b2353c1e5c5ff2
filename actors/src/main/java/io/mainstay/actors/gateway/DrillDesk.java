package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.recovery.ActorDrill;
import io.mainstay.actors.recovery.RestartSettings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Has actors that a node stands on fail, to see them come back. */
final class DrillDesk implements Desk {
  /** Children of the node's supervisor that are begun anew together. */
  private static final List<String> COMPONENTS =
      List.of(
          "device",
          "memory",
          "model",
          "processing",
          "inference",
          "postprocessing",
          "transaction",
          "outages",
          "pauses",
          "requests");

  private final ActorDrill drill;
  private final ActorRef<MemoryCommand> memory;
  private final RestartSettings restarts;

  /**
   * @param memory a component; the others are its siblings
   * @param restarts of each
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
    String name = ask.component();
    if (!drill.isAllowed()) {
      throw Refusal.of(
          "fault_injection_off",
          name + " cannot be made to fail: mainstay.device.worker.fault-injection is off",
          "Start the node with mainstay.device.worker.fault-injection = on");
    }
    if (!COMPONENTS.contains(name)) {
      throw Refusal.of(
          "unknown_component",
          "there is no component '" + name + "' that can be made to fail",
          "one of: " + String.join(", ", COMPONENTS));
    }
    String path = memory.path().parent().child(name).toStringWithoutAddress();
    drill.arm(path, ask.forGood() ? restarts.failuresToGiveUp() : 1);
    return CompletableFuture.completedFuture(new GatewayReply.FaultArmed());
  }
}
