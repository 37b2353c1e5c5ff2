package io.mainstay.actors.processing.image.schedule;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.image.noise.StepNoise;
import java.util.List;

/**
 * The way from noise to a picture's latents in a number of steps. Immutable and thread-safe; the
 * same arguments always give the same bits. Steps count from 0.
 */
public sealed interface Scheduler permits DdimScheduler, EulerScheduler {
  /** Which one it is. */
  SchedulerKind kind();

  /** The training step that each step is told to the model as, from much noise to little. */
  List<Long> timesteps();

  /** What standard normal noise is multiplied by to become the first latents. */
  double initialScale();

  /** What the model is given at that step: the latents, scaled where the scheduler asks for it. */
  float[] modelInput(float[] latents, int step);

  /**
   * The latents after that step.
   *
   * @param modelOutput the model's answer, after guidance
   * @param latents before the step (not the model's input)
   * @param noise asked for where the scheduler adds some; its draw is {@link StepNoise#ofStep}
   */
  float[] step(float[] modelOutput, float[] latents, int step, StepNoise noise);

  /** How many steps there are. */
  default int steps() {
    return timesteps().size();
  }

  /** The latents before the first step. */
  default float[] initial(StepNoise noise, int count) {
    return Rounding.times(noise.draw(StepNoise.INITIAL, count), initialScale());
  }

  /**
   * A scheduler for one batch.
   *
   * @param steps 1 to the steps of the training
   * @param eta share of DDIM's noise that is added anew at each step, 0 to 1; 0 for Euler
   * @throws Refusal if the numbers do not fit the file
   */
  static Scheduler of(SchedulerKind kind, SchedulerConfig config, int steps, double eta) {
    if (steps < 1 || steps > config.trainedSteps()) {
      throw Refusal.of(
          "bad_steps",
          "steps is %d; allowed are 1 to %d, num_train_timesteps of %s"
              .formatted(steps, config.trainedSteps(), config.source()),
          "Ask for a number of steps within these");
    }
    if (!(eta >= 0 && eta <= 1) || (kind == SchedulerKind.EULER && eta != 0)) {
      throw Refusal.of(
          "bad_eta",
          "eta is %s with scheduler %s; allowed are 0 to 1 with ddim, 0 with euler"
              .formatted(eta, kind.title()),
          "Leave eta out");
    }
    List<Long> timesteps =
        config.spacing().timesteps(config.trainedSteps(), steps, config.stepsOffset());
    if (timesteps.get(0) >= config.trainedSteps()) {
      throw Refusal.of(
          "bad_steps",
          "steps is %d with steps_offset %d of %s; the first step would be %d of a training of %d"
              .formatted(
                  steps,
                  config.stepsOffset(),
                  config.source(),
                  timesteps.get(0),
                  config.trainedSteps()),
          "Ask for fewer steps");
    }
    return switch (kind) {
      case DDIM -> DdimScheduler.of(config, timesteps, eta);
      case EULER -> EulerScheduler.of(config, timesteps);
    };
  }
}
