package io.mainstay.client;

import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.actors.gateway.RecoveryPlanView;
import io.mainstay.actors.gateway.RecoverySummary;
import java.util.List;

/** A node's recoveries, over the link of a {@link MainstayClient}. */
public final class RecoveriesClient {
  private final GatewayLink link;

  RecoveriesClient(GatewayLink link) {
    this.link = link;
  }

  /** Those that wait, then the newest ones, newest first. */
  public GatewayReply.Recoveries newest(int limit) {
    return call(new GatewayRequest.ListRecoveries(limit), GatewayReply.Recoveries.class);
  }

  /** One recovery, from the journal. */
  public RecoverySummary show(String recoveryId) {
    return call(new GatewayRequest.GetRecovery(recoveryId), GatewayReply.RecoveryShown.class)
        .recovery();
  }

  /** Begins that cascade or strategy about that subject, as if an error of it had been raised. */
  public RecoverySummary begin(String name, String subject) {
    return call(new GatewayRequest.BeginRecovery(name, subject), GatewayReply.RecoveryShown.class)
        .recovery();
  }

  /** Has a stuck one go on taking back, from where it stuck. */
  public RecoverySummary redrive(String recoveryId) {
    return call(new GatewayRequest.RedriveRecovery(recoveryId), GatewayReply.RecoveryShown.class)
        .recovery();
  }

  /** The cascades that the node can carry out. */
  public List<RecoveryPlanView> cascades() {
    return plans(true);
  }

  /** The strategies that the node can carry out. */
  public List<RecoveryPlanView> strategies() {
    return plans(false);
  }

  private List<RecoveryPlanView> plans(boolean cascades) {
    return call(new GatewayRequest.ListRecoveryPlans(cascades), GatewayReply.RecoveryPlans.class)
        .plans();
  }

  private <R extends GatewayReply> R call(GatewayRequest request, Class<R> expected) {
    return link.call(request, link.settings().askTimeout(), expected);
  }
}
