package io.mainstay.actors.recovery.escalation;

import io.mainstay.actors.recovery.catalog.CatalogName;

/** What the number of other domains that an error reaches calls for. */
public enum ImpactAction implements CatalogName {
  DOMAIN_LOCAL_RECOVERY,
  COORDINATED_RECOVERY,
  SYSTEM_WIDE_ASSESSMENT,
  EMERGENCY_RECOVERY_PROTOCOL,
  SYSTEM_RESTART_CONSIDERATION;

  /**
   * That of a score: 1 to 5 other domains; errors of the platform can reach six, which is all.
   *
   * @throws IllegalArgumentException below 1
   */
  public static ImpactAction of(int score) {
    if (score < 1) {
      throw new IllegalArgumentException("impact score " + score + "; it begins at 1");
    }
    return values()[Math.min(score, values().length) - 1];
  }
}
