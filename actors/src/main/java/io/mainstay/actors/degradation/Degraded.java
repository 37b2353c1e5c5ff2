package io.mainstay.actors.degradation;

/**
 * The receipt of one thing that was not done as asked, because a mode holds.
 *
 * @param what setting or operation, such as {@code batch size}
 * @param asked value that was asked for, with its unit
 * @param given value that it got, with its unit
 * @param modes those that demand it, as people read them
 */
public record Degraded(String what, String asked, String given, String modes) {
  /** First word of each sentence, by which a receipt is told from other notes. */
  public static final String CODE = "degraded_mode";

  /** One sentence for session views and manifests. */
  public String text() {
    return CODE + ": " + what + " " + given + " instead of " + asked + " while " + modes + " holds";
  }
}
