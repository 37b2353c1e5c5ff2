package io.mainstay.actors.degradation;

import io.mainstay.actors.gateway.Refusal;

/** Why a ground to be in a mode is not taken. Pure. */
final class ModeRefusals {
  private ModeRefusals() {}

  /** The mode does not answer to that condition. */
  static Refusal notListed(ModeCommand.Enter enter) {
    return Refusal.of(
        "trigger_not_listed",
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
