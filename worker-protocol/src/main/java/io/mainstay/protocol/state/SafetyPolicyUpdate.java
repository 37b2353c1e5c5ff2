package io.mainstay.protocol.state;

/**
 * Orchestrator to worker: thresholds and what happens below them.
 *
 * @param policyVersion such as v2.1
 * @param safetyThresholds from where results pass
 * @param enforcementActions what happens below
 */
public record SafetyPolicyUpdate(
    String policyVersion, SafetyThresholds safetyThresholds, EnforcementActions enforcementActions)
    implements StateMessage {

  /**
   * From where results pass.
   *
   * @param contentSafetyMinimum 0 to 1
   * @param qualityMinimum 0 to 10
   * @param technicalCompliance how hard it is judged
   */
  public record SafetyThresholds(
      double contentSafetyMinimum, double qualityMinimum, Strictness technicalCompliance) {}

  /**
   * What happens below a threshold.
   *
   * @param belowSafetyThreshold unsafe results
   * @param belowQualityThreshold poor results
   */
  public record EnforcementActions(
      EnforcementAction belowSafetyThreshold, EnforcementAction belowQualityThreshold) {}
}
