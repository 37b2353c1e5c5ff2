package io.mainstay.actors.degradation;

import io.mainstay.actors.gateway.Refusal;

/** Why a ground to be in a mode is not taken. Pure. */
public final class ModeRefusals {
  private static final String NOT_LISTED = "trigger_not_listed";

  private ModeRefusals() {}

  /**
   * Whether a ground was refused because the settings do not list its condition among the mode's
   * triggers: it would be refused again as long as the node lives.
   *
   * @param failure of the answer to {@link ModeCommand.Enter}; may be null
   */
  public static boolean isNotListed(Throwable failure) {
    return failure instanceof Refusal refusal && refusal.code().equals(NOT_LISTED);
  }

  /** The mode does not answer to that condition. */
  static Refusal notListed(ModeCommand.Enter enter) {
    return Refusal.of(
        NOT_LISTED,
        "'%s' asked for %s because of %s, which is none of its triggers"
            .formatted(enter.source(), enter.key().text(), enter.trigger().code()),
        "Name it among the triggers of %s, %s, if the node is to enter the mode for it"
            .formatted(enter.key().code(), ModeSettings.PATH));
  }

  /**
   * There are as many grounds as may be.
   *
   * @param grounds that are known
   */
  static Refusal noRoom(ModeCommand.Enter enter, int grounds) {
    return Refusal.of(
        "too_many_grounds",
        grounds
            + " grounds for modes are known, the most that "
            + ModeSettings.PATH
            + ".grounds-max allows; '"
            + enter.source()
            + "' found no room",
        "See 'mainstay mode' for those that are settled, and clear their modes");
  }
}
