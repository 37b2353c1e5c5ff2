package io.mainstay.actors.recovery.action.device;

import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What the actions about devices ask of the device and the model domain. Thread-safe. */
final class DeviceFloor {

  /** Devices at one moment, as the fault has it. */
  record Seen(List<DeviceView> named, List<DeviceView> all) {
    /** Those that the fault is about and that have no worker at work. */
    List<DeviceView> down() {
      return named.stream().filter(device -> !Workers.hasWorker(device)).toList();
    }

    /** Those that serve and that the fault is not about. */
    List<DeviceView> others() {
      List<String> ids = down().stream().map(DeviceView::id).toList();
      return all.stream().filter(device -> device.serves() && !ids.contains(device.id())).toList();
    }
  }

  /**
   * Loads onto one device that were asked for.
   *
   * @param loaded models that are there now
   * @param failed reasons by the models that are not
   */
  record Loads(String deviceId, Set<String> loaded, Map<String, String> failed) {
    Loads {
      loaded = Collections.unmodifiableSet(new TreeSet<>(loaded));
      failed = Collections.unmodifiableMap(new TreeMap<>(failed));
    }

    String text() {
      return "loaded "
          + loaded
          + " onto "
          + deviceId
          + (failed.isEmpty() ? "" : "; not loaded " + failed);
    }

    private Loads with(String model, Throwable failure) {
      Set<String> more = new TreeSet<>(loaded);
      Map<String, String> others = new TreeMap<>(failed);
      if (failure == null) {
        more.add(model);
      } else {
        others.put(model, FailureCause.message(failure));
      }
      return new Loads(deviceId, more, others);
    }
  }

  private final ActionFloor floor;
  private final Workers workers;
  private final ModelQuestions questions;

  DeviceFloor(ActionFloor floor) {
    this.floor = floor;
    this.workers = new Workers(floor);
    this.questions = new ModelQuestions(floor);
  }

  CompletionStage<Seen> look(Task task) {
    return all().thenApply(all -> new Seen(Subjects.devices(task.subject(), all), all));
  }

  CompletionStage<List<DeviceView>> all() {
    return workers.all();
  }

  /** Those without a worker are to start one now, whatever they wait for. */
  void reconnect(Collection<DeviceView> all) {
    for (DeviceView device : all) {
      if (!Workers.hasWorker(device)) {
        floor.ports().device().tell(new DeviceCommand.Reconnect(device.id()));
      }
    }
  }

  /** Loads them there, one after the other; completes when each is loaded or refused. */
  CompletionStage<Loads> load(Collection<String> models, String deviceId, Duration within) {
    CompletionStage<Loads> all =
        CompletableFuture.completedStage(new Loads(deviceId, Set.of(), Map.of()));
    for (String model : models) {
      all =
          all.thenCompose(
              before ->
                  questions
                      .load(model, deviceId, within)
                      .handle((loaded, failure) -> before.with(model, failure)));
    }
    return all;
  }
}
