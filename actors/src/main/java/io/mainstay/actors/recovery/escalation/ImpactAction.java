package io.mainstay.actors.recovery.escalation;

import io.mainstay.actors.recovery.catalog.CatalogName;

/**
 * What the number of other domains that an error reaches calls for. A description for people, in
 * the journal and in the alert of a recovery that is given up; which recoveries begin is the
 * catalog's.
 */
public enum ImpactAction implements CatalogName {
  DOMAIN_LOCAL_RECOVERY,
  COORDINATED_RECOVERY,
  SYSTEM_WIDE_ASSESSMENT,
  EMERGENCY_RECOVERY_PROTOCOL,
  SYSTEM_RESTART_CONSIDERATION;

  /** What a person should look at when no recovery is left; empty where it stays in its domain. */
  public String advice() {
    return switch (this) {
      case DOMAIN_LOCAL_RECOVERY, COORDINATED_RECOVERY -> "";
      case SYSTEM_WIDE_ASSESSMENT -> "it reaches three domains: look at all with 'mainstay status'";
      case EMERGENCY_RECOVERY_PROTOCOL ->
          "it reaches four domains: see with 'mainstay status' what serves, and with 'mainstay"
              + " mode' what is limited, before new work is given";
      case SYSTEM_RESTART_CONSIDERATION ->
          "it reaches every domain: if 'mainstay status' does not show all of them well, restart"
              + " the node";
    };
  }

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
