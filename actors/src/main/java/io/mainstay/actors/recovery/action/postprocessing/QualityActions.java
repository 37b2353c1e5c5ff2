package io.mainstay.actors.recovery.action.postprocessing;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.postprocessing.Enhancers;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.StepTimes;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Pictures that come out poor where a model made them larger are made larger by the worker's own
 * kernel for a while. Poor pictures that no such model took part in are left to the gate, which
 * puts them before a person.
 */
public final class QualityActions {
  private final Enhancers enhancers;
  private final Replacements replacements = new Replacements();

  private QualityActions(ActionFloor floor) {
    this.enhancers = Enhancers.of(floor.system());
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    QualityActions quality = new QualityActions(floor);
    actions
        .add("use_alternative_algorithm", quality::replace)
        .add("use_original_algorithm", quality::restore)
        .add("verify_alternative_algorithm", quality::verify);
  }

  /**
   * Models of which {@code poor-percent-min} of the last pictures were poor, for {@code hold-ms}.
   */
  private CompletionStage<RecoveryStepOutcome> replace(Task task) {
    int least = Integer.parseInt(task.parameter("poor-percent-min"));
    Duration hold = StepTimes.millis(task, "hold-ms");
    Map<String, Enhancers.Seen> seen = enhancers.seen();
    List<String> poor =
        seen.entrySet().stream()
            .filter(model -> model.getValue().percent() >= least)
            .map(Map.Entry::getKey)
            .toList();
    poor.forEach(model -> enhancers.replace(model, hold));
    // Also what another recovery replaced: it is wanted by both.
    Set<String> replaced = enhancers.replaced();
    replacements.by(task.recoveryId(), replaced);
    if (replaced.isEmpty()) {
      return CompletableFuture.completedFuture(
          new RecoveryStepOutcome.Failed(
              "no_alternative_algorithm",
              text(seen) + "; nothing that made the pictures has another method"));
    }
    return now(
        done(
            "%s; replaced by the worker's kernel for %d ms: %s"
                .formatted(text(seen), hold.toMillis(), replaced)));
  }

  private static String text(Map<String, Enhancers.Seen> seen) {
    return seen.isEmpty()
        ? "no model took part in a picture since the start, or since it was replaced"
        : seen.entrySet().stream()
            .map(
                model ->
                    "%s: %d of %d pictures poor"
                        .formatted(
                            model.getKey(), model.getValue().poor(), model.getValue().pictures()))
            .collect(Collectors.joining("; "));
  }

  private CompletionStage<RecoveryStepOutcome> restore(Task task) {
    Set<String> back = replacements.restoredBy(task.recoveryId());
    back.forEach(enhancers::restore);
    return now(
        done(
            "used again: %s; the kernel stands in for %s still"
                .formatted(back, enhancers.replaced())));
  }

  /** No model that is used now gives poor pictures; enough if another method is used instead. */
  private CompletionStage<RecoveryStepOutcome> verify(Task task) {
    int least = Integer.parseInt(task.parameter("poor-percent-min"));
    Map<String, Enhancers.Seen> seen = enhancers.seen();
    Set<String> replaced = enhancers.replaced();
    List<String> poor =
        seen.entrySet().stream()
            .filter(model -> !replaced.contains(model.getKey()))
            .filter(model -> model.getValue().percent() >= least)
            .map(Map.Entry::getKey)
            .toList();
    // Where nothing stands in, nothing is better by that.
    return poor.isEmpty()
        ? CompletableFuture.completedFuture(
            new RecoveryStepOutcome.Done(
                "the kernel stands in for %s; %s".formatted(replaced, text(seen)),
                !replaced.isEmpty(),
                ""))
        : CompletableFuture.completedFuture(
            new RecoveryStepOutcome.Failed("quality_still_poor", text(seen)));
  }
}
