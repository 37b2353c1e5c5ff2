package io.mainstay.actors.model.load;

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
