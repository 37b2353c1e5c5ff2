package io.mainstay.actors.recovery.action;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.CacheCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What actions ask about one model, and have done with it, by the model and device domains.
 * Questions that a domain may refuse fail with the refusal. Thread-safe.
 */
public final class ModelQuestions {
  private final ActionFloor floor;
  private final Questions questions;

  /** On that floor. */
  public ModelQuestions(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** The model that the fault names, if it is one. */
  public CompletionStage<Optional<ModelView>> named(Task task) {
    return questions.models().thenApply(views -> Subjects.named(task.subject(), views));
  }

  /** All about one. */
  public CompletionStage<ModelDetail> show(String modelId) {
    return model(replyTo -> new ModelCommand.Show(modelId, replyTo), floor.answerWithin());
  }

  /** Devices whose worker serves, those that the fault names first. */
  public CompletionStage<List<String>> serving(Task task) {
    return questions
        .devices()
        .thenApply(
            all -> {
              List<String> named =
                  Subjects.devices(task.subject(), all).stream().map(DeviceView::id).toList();
              return all.stream()
                  .filter(DeviceView::serves)
                  .map(DeviceView::id)
                  .sorted(
                      (one, other) -> Boolean.compare(named.contains(other), named.contains(one)))
                  .toList();
            });
  }

  /** Its descriptor; refused if it is broken. */
  public CompletionStage<ModelDescriptor> resolve(String modelId, Duration within) {
    return model(replyTo -> new ModelCommand.Resolve(modelId, replyTo), within);
  }

  /** The same; refused too when no device has room for it even if that holds nothing else. */
  public CompletionStage<ModelDescriptor> usable(String modelId, Duration within) {
    return model(replyTo -> new ModelCommand.ResolveUsable(modelId, replyTo), within);
  }

  /** What may stand in for it, best first. */
  public CompletionStage<Alternatives> alternatives(String modelId, Duration within) {
    return model(replyTo -> new ModelCommand.FindAlternatives(modelId, replyTo), within);
  }

  /** Node and worker agree about the models of that device, as far as that can be had. */
  public CompletionStage<Reconciled> reconcile(String deviceId, Duration within) {
    return model(replyTo -> new ModelCommand.Reconcile(deviceId, replyTo), within);
  }

  /** A load, joined or begun. */
  public CompletionStage<ModelDescriptor> load(String modelId, String deviceId, Duration within) {
    return model(replyTo -> new ModelCommand.EnsureLoaded(modelId, deviceId, replyTo), within);
  }

  /** Refused while somebody uses it. */
  public CompletionStage<Unloaded> unload(String modelId, String deviceId, Duration within) {
    return model(replyTo -> new ModelCommand.Unload(modelId, deviceId, replyTo), within);
  }

  /** Failed loads of it are forgotten. */
  public CompletionStage<akka.Done> forget(String modelId) {
    return floor.ask(floor.ports().model(), replyTo -> new CacheCommand.Retry(modelId, replyTo));
  }

  /** A question that the model domain may refuse. */
  public <R> CompletionStage<R> model(
      Function<ActorRef<StatusReply<R>>, ModelCommand> question, Duration within) {
    return floor.askStatus(floor.ports().model(), question, within);
  }

  /** A question to the device domain that takes as long as a disk. */
  public <R> CompletionStage<R> device(
      Function<ActorRef<StatusReply<R>>, DeviceCommand> question, Duration within) {
    return floor.askStatus(floor.ports().device(), question, within);
  }
}
