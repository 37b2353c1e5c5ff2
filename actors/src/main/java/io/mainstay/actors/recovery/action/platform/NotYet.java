package io.mainstay.actors.recovery.action.platform;

/** An attempt whose effect is not there: why. */
final class NotYet extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotYet(String why) {
    super(why, null, false, false);
  }
}
