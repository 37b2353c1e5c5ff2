package io.mainstay.actors.recovery.action;

import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A step that has several parts, such as one for each device, done one after the other. Pure. */
public final class InTurn {
  private InTurn() {}

  /**
   * Does each of them, whatever became of the one before: failed if one failed, with the first
   * code, and with what was done of the others; enough if each says so.
   *
   * @param none evidence where there is none
   */
  public static <T> CompletionStage<RecoveryStepOutcome> each(
      Collection<T> parts, Function<T, CompletionStage<RecoveryStepOutcome>> work, String none) {
    return AtATime.one(parts, work).thenApply(outcomes -> together(outcomes, none));
  }

  private static RecoveryStepOutcome together(List<RecoveryStepOutcome> outcomes, String none) {
    String text =
        outcomes.stream()
            .map(
                one ->
                    one instanceof RecoveryStepOutcome.Failed failed
                        ? failed.message()
                        : ((RecoveryStepOutcome.Done) one).evidence())
            .collect(Collectors.joining("; "));
    for (RecoveryStepOutcome one : outcomes) {
      if (one instanceof RecoveryStepOutcome.Failed failed) {
        return new RecoveryStepOutcome.Failed(failed.code(), text);
      }
    }
    boolean enough =
        !outcomes.isEmpty()
            && outcomes.stream().allMatch(one -> ((RecoveryStepOutcome.Done) one).enough());
    return new RecoveryStepOutcome.Done(outcomes.isEmpty() ? none : text, enough, "");
  }
}
