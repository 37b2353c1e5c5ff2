package io.mainstay.actors.recovery.action.inference;

import static io.mainstay.actors.recovery.action.Outcomes.failed;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.Precision;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.device.FailedDevices;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Models that work goes on with when its engine does not come back: the same weights in a lower
 * precision, or a model that stands in for its own. The second and the fourth level of the
 * inference fallback chain. Each is tried on every device that serves, the one with the most free
 * memory first.
 */
public final class FallbackModels {
  private final ActionFloor floor;
  private final ModelQuestions questions;
  private final FailedDevices failed;

  private FallbackModels(ActionFloor floor, FailedDevices failed) {
    this.floor = floor;
    this.questions = new ModelQuestions(floor);
    this.failed = failed;
  }

  /**
   * Adds them.
   *
   * @param failed what was on devices that failed
   */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor, FailedDevices failed) {
    FallbackModels models = new FallbackModels(floor, failed);
    actions
        .add(
            "reduced_precision_inference",
            task -> models.standIn(task, "of a lower precision", models::isLower))
        .add(
            "simplified_model_inference",
            task -> models.standIn(task, "simpler", one -> CompletableFuture.completedStage(true)));
  }

  /** One that may stand in for a model. */
  private record Offer(String modelId, Alternatives.Candidate candidate) {}

  /** Whether an offer will do. */
  @FunctionalInterface
  private interface Fits {
    CompletionStage<Boolean> ask(Offer offer);
  }

  /** A stand-in of one of the lost models is loaded where a device serves. */
  private CompletionStage<RecoveryStepOutcome> standIn(Task task, String kind, Fits fits) {
    return LostWork.of(floor, failed, task)
        .thenCompose(
            work ->
                work.others().isEmpty()
                    ? now(failed("no_device", "No device but those that failed serves"))
                    : offers(List.copyOf(work.models()), 0, new ArrayList<>())
                        .thenCompose(
                            offers ->
                                load(task, offers, 0, work.others(), fits)
                                    .thenApply(
                                        found ->
                                            found.orElseGet(
                                                () ->
                                                    new RecoveryStepOutcome.Failed(
                                                        "no_stand_in",
                                                        "Nothing %s that can be loaded stands in for %s"
                                                            .formatted(kind, work.models()))))));
  }

  /** What may stand in for each of them, best first. */
  private CompletionStage<List<Offer>> offers(List<String> models, int at, List<Offer> found) {
    if (at == models.size()) {
      return CompletableFuture.completedFuture(found);
    }
    String model = models.get(at);
    return questions
        .alternatives(model, floor.answerWithin())
        .thenAccept(all -> addOffers(model, all, found))
        .exceptionally(unknown -> null)
        .thenCompose(next -> offers(models, at + 1, found));
  }

  private static void addOffers(String model, Alternatives all, List<Offer> found) {
    Set<String> tried = new HashSet<>(Set.of(model, "builtin"));
    for (Optional<Alternatives.Candidate> next = all.next(tried);
        next.isPresent();
        next = all.next(tried)) {
      found.add(new Offer(model, next.get()));
      tried.add(next.get().modelId());
    }
  }

  private CompletionStage<Optional<RecoveryStepOutcome>> load(
      Task task, List<Offer> offers, int at, List<DeviceView> onto, Fits fits) {
    if (at == offers.size()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    Offer offer = offers.get(at);
    return fits.ask(offer)
        .thenCompose(
            fit ->
                fit
                    ? load(task, offer, onto)
                    : CompletableFuture.<Optional<RecoveryStepOutcome>>completedFuture(
                        Optional.empty()))
        .exceptionally(unknown -> Optional.empty())
        .thenCompose(
            done ->
                done.isPresent()
                    ? CompletableFuture.completedFuture(done)
                    : load(task, offers, at + 1, onto, fits));
  }

  /** On the first of them that takes it, while there is time. */
  private CompletionStage<Optional<RecoveryStepOutcome>> load(
      Task task, Offer offer, List<DeviceView> left) {
    Duration time = task.timeLeft(System.nanoTime());
    if (left.isEmpty() || time.toMillis() <= 0) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return load(time, offer, left.get(0))
        .exceptionally(refused -> Optional.empty())
        .thenCompose(
            done ->
                done.isPresent()
                    ? CompletableFuture.completedFuture(done)
                    : load(task, offer, left.subList(1, left.size())));
  }

  private CompletionStage<Optional<RecoveryStepOutcome>> load(
      Duration within, Offer offer, DeviceView onto) {
    return questions
        .load(offer.candidate().modelId(), onto.id(), within)
        .thenApply(
            loaded ->
                Optional.of(
                    new RecoveryStepOutcome.Done(
                        "%s stands in for %s on %s: %s"
                            .formatted(
                                loaded.id(),
                                offer.modelId(),
                                onto.id(),
                                offer.candidate().reason()),
                        true,
                        "")));
  }

  private CompletionStage<Boolean> isLower(Offer offer) {
    return descriptor(offer.modelId())
        .thenCombine(
            descriptor(offer.candidate().modelId()),
            (asked, instead) ->
                Precision.isLower(asked.traits().precision(), instead.traits().precision()));
  }

  private CompletionStage<ModelDescriptor> descriptor(String modelId) {
    return questions.resolve(modelId, floor.answerWithin());
  }
}
