package io.mainstay.persistence.history;

import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;

/** Which policy judges pictures. Names and fields only grow. */
public sealed interface SafetyPolicyEvent extends CausedEvent {
  /**
   * From here on pictures are judged by this policy.
   *
   * @param sha256 of the policy's file
   * @param contentSafetyMinimum fraction 0 to 1
   * @param qualityMinimum score 0 to 10
   * @param technicalCompliance level, such as {@code strict}
   * @param belowSafety what becomes of a picture below the safety threshold
   * @param belowQuality what becomes of one below the quality threshold
   */
  record SafetyPolicyAdopted(
      EventMeta meta,
      String policyVersion,
      String sha256,
      double contentSafetyMinimum,
      double qualityMinimum,
      String technicalCompliance,
      String belowSafety,
      String belowQuality)
      implements SafetyPolicyEvent {}
}
