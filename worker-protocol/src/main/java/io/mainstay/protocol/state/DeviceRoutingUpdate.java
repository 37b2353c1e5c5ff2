package io.mainstay.protocol.state;

/**
 * Orchestrator to worker: which device does which work.
 *
 * @param routingTable devices by purpose
 * @param effectiveImmediately true: before work that is queued
 */
public record DeviceRoutingUpdate(RoutingTable routingTable, boolean effectiveImmediately)
    implements StateMessage {

  /**
   * Devices by purpose; empty where there is none.
   *
   * @param inferencePrimary first choice for inference
   * @param inferenceSecondary second choice for inference
   * @param postprocessing postprocessing
   */
  public record RoutingTable(
      String inferencePrimary, String inferenceSecondary, String postprocessing) {}
}
