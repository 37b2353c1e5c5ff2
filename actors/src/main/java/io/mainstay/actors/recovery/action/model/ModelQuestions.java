package io.mainstay.actors.recovery.action.model;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.CacheCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What the steps about models ask of the model and device domains. Thread-safe. */
public final class ModelQuestions {

  private final ActionFloor floor;

  public ModelQuestions(ActionFloor floor) {
    this.floor = floor;
  }

  /** All models, the broken ones too. */
  public CompletionStage<List<ModelView>> views() {
    return floor
        .ask(floor.ports().model(), ModelCommand.ListModels::new)
        .thenApply(ModelCommand.ModelList::models);
  }

  /** The model that the fault names, if it is one. */
  public CompletionStage<Optional<ModelView>> named(Task task) {
    return views()
        .thenApply(
            views ->
                Subjects.model(task.subject(), views.stream().map(ModelView::id).toList())
                    .flatMap(
                        id -> views.stream().filter(view -> view.id().equals(id)).findFirst()));
  }

  /** All about one. */
  public CompletionStage<ModelDetail> show(String modelId) {
    return model(replyTo -> new ModelCommand.Show(modelId, replyTo), floor.answerWithin());
  }

  /** Devices whose worker serves, those that the fault names first. */
  public CompletionStage<List<String>> serving(Task task) {
    return floor
        .ask(floor.ports().device(), DeviceCommand.ListDevices::new)
        .thenApply(
            listed -> {
              List<String> named =
                  Subjects.devices(task.subject(), listed.devices()).stream()
                      .map(DeviceView::id)
                      .toList();
              return listed.devices().stream()
                  .filter(device -> device.serves())
                  .map(DeviceView::id)
                  .sorted(
                      (one, other) -> Boolean.compare(named.contains(other), named.contains(one)))
                  .toList();
            });
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
