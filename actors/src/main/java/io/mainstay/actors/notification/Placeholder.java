package io.mainstay.actors.notification;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a text can be about; in a template its name in lower case between braces. */
public enum Placeholder {
  MODE_NAME,
  REASON,
  ESTIMATED_TIME,
  DURATION,
  AFFECTED_FEATURES,
  ALTERNATIVE_OPTIONS,
  IMPACT_ASSESSMENT,
  RECOVERY_NAME,
  PERCENT,
  STEP_NAME,
  MILESTONE,
  EVIDENCE,
  REMEDY,
  DEVICES,
  DEVICE,
  ALERT_KIND,
  ALERT_SUBJECT,
  MESSAGE,
  ERROR_CODE,
  ERROR_DOMAIN,
  BLAME,
  PRIORITY,
  DIRECTIVE,
  COMPONENT,
  DEATH_CAUSE,
  NOTICED_BY,
  PID,
  DETAIL,
  RESTARTS,
  STRATEGY,
  MOVED,
  CHANNEL,
  COUNT;

  /** Its name in a template. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Placeholder> named(String text) {
    return Arrays.stream(values()).filter(each -> each.text().equals(text)).findFirst();
  }
}
