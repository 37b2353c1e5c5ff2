package io.mainstay.persistence.saga;

/** The answer to one request of {@link SagaWork}. Node-local. */
public sealed interface StepOutcome {
  /**
   * The effect is there (or, after an undo, gone) and was checked.
   *
   * @param evidence what the check saw, for people
   */
  record Succeeded(String evidence) implements StepOutcome {}

  /** It is not, and nothing of it was left behind. */
  record Failed(String code, String message) implements StepOutcome {}
}
