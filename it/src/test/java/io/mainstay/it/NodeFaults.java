package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.client.MainstayClient;
import java.util.concurrent.TimeUnit;

/** Failures that the workers of a node act out. */
final class NodeFaults {
  private static final int BOUND_SECONDS = 10;

  private NodeFaults() {}

  /** The device's worker refuses the next load that it gets; a successor does not. */
  static void refuseNextLoad(MainstayClient client, String device) {
    ask(
        client,
        new GatewayRequest.InjectFault(device, "refuse-load", "next-load", 0, new byte[0], false));
  }

  private static void ask(MainstayClient client, GatewayRequest request) {
    GatewayReply reply =
        client.ask(request).toCompletableFuture().orTimeout(BOUND_SECONDS, TimeUnit.SECONDS).join();
    assertEquals(new GatewayReply.FaultArmed(), reply);
  }
}
