package io.mainstay.persistence.recovery;

/** What a step, or what takes it back, came to. Node-local. */
public sealed interface RecoveryStepOutcome {
  /**
   * The effect is there, or gone, as asked.
   *
   * @param evidence what was seen of it, with figures and units
   * @param enough the aim of the whole recovery is reached
   * @param sharedWith id of the recovery that did it for both, or empty
   */
  record Done(String evidence, boolean enough, String sharedWith) implements RecoveryStepOutcome {
    /** By this recovery, and the others of its steps are wanted too. */
    public Done(String evidence) {
      this(evidence, false, "");
    }
  }

  /** Not so, and nothing of it is left behind. */
  record Failed(String code, String message) implements RecoveryStepOutcome {
    /** Code of one that did what it does, and what that is for was not seen within its limit. */
    public static final String EFFECT_MISSING = "recovery_effect_missing";
  }
}
