package io.mainstay.actors.recovery.action.postprocessing;

import akka.actor.typed.javadsl.AskPattern;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.postprocessing.PostprocessingSettings;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * The engine that finishes results: clean pipelines, a result that is stored and comes back, the
 * models that it asks for. A pipeline that failed was stopped by its supervision already; jobs wait
 * and none is lost.
 */
public final class PostprocessingActions {
  private final ActionFloor floor;
  private final int pipelines;

  private PostprocessingActions(ActionFloor floor) {
    this.floor = floor;
    this.pipelines = PostprocessingSettings.of(floor.around().config()).pipelines();
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    PostprocessingActions engine = new PostprocessingActions(floor);
    PostprocessingModels models = new PostprocessingModels(floor);
    actions
        .add("restart_postprocessing_engine", engine::restart)
        .add("prove_postprocessing_engine", engine::prove)
        .add("verify_postprocessing_models", models::verify)
        .add("check_postprocessing_models", models::check);
  }

  private CompletionStage<RecoveryStepOutcome> restart(Task task) {
    return AskPattern.<PostprocessingCommand, PostprocessingCommand.Restarted>ask(
            floor.ports().postprocessing(),
            PostprocessingCommand.Restart::new,
            task.step().limit(),
            floor.system().scheduler())
        .thenApply(
            restarted ->
                new RecoveryStepOutcome.Done(
                    "%d pipelines began clean, %d jobs wait for them"
                        .formatted(restarted.pipelines(), restarted.waiting())));
  }

  /** As many results as there are pipelines are stored and come back. */
  private CompletionStage<RecoveryStepOutcome> prove(Task task) {
    AtomicReference<String> last = new AtomicReference<>("it was not asked");
    return floor.await(
        task,
        () ->
            proofs()
                .handle(
                    (proofs, failure) -> {
                      if (failure != null) {
                        last.set(FailureCause.message(failure));
                        return Optional.empty();
                      }
                      return Optional.of(
                          new RecoveryStepOutcome.Done(
                              proofs.stream()
                                  .map(PostprocessingCommand.Proof::text)
                                  .collect(Collectors.joining("; "))));
                    }),
        () -> "no result could be stored and read back: " + last.get());
  }

  private CompletionStage<List<PostprocessingCommand.Proof>> proofs() {
    List<CompletableFuture<PostprocessingCommand.Proof>> asked = new ArrayList<>();
    for (int i = 0; i < pipelines; i++) {
      asked.add(
          floor
              .askStatus(
                  floor.ports().postprocessing(),
                  PostprocessingCommand.Prove::new,
                  floor.answerWithin())
              .toCompletableFuture());
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(all -> asked.stream().map(CompletableFuture::join).toList());
  }
}
