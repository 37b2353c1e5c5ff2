package io.mainstay.actors.model.load;

import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.model.ModelDescriptor;
import java.util.List;
import java.util.Locale;

/**
 * How far a load is on a device.
 *
 * @param component being loaded
 * @param number of that component, from 1, in loading order
 * @param count of the model's components
 * @param stage hashing, creating_session, reading_signature, ready
 * @param percent of the whole load, 0 to 100
 */
public record LoadStage(
    String modelId,
    String deviceId,
    String component,
    int number,
    int count,
    String stage,
    double percent) {
  /** What a worker's report says of the load of that model. */
  static LoadStage of(ModelDescriptor model, String deviceId, LoadProgress now) {
    List<String> names = model.components().stream().map(ModelDescriptor.Component::name).toList();
    return new LoadStage(
        model.id(),
        deviceId,
        now.component(),
        names.indexOf(now.component()) + 1,
        names.size(),
        now.stage(),
        now.percent());
  }

  /** One line for people. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%s: component %d of %d, %s: %s, %.0f %%",
        deviceId,
        number,
        count,
        component,
        stage,
        percent);
  }
}
