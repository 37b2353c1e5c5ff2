package io.mainstay.actors.processing.image.schedule;

import java.nio.charset.StandardCharsets;

/** Scheduler files as text, single quotes for double ones. */
final class Configs {
  private Configs() {}

  static SchedulerConfig read(String json) {
    return SchedulerConfig.read(
        "scheduler_config.json", json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  /** Our own models' file with some more fields; a later field of the same name holds. */
  static SchedulerConfig with(String fields) {
    return read(
        "{'_class_name': 'DDIMScheduler', 'prediction_type': 'v_prediction', 'beta_schedule':"
            + " 'linear', 'beta_start': 0.0001, 'beta_end': 0.02, 'num_train_timesteps': 1000,"
            + " 'timestep_spacing': 'trailing', 'clip_sample': false, 'set_alpha_to_one': true"
            + (fields.isEmpty() ? "}" : ", " + fields + "}"));
  }
}
