package io.mainstay.actors.processing.image.schedule;

import io.mainstay.actors.processing.image.noise.StepNoise;
import java.util.List;

/**
 * Euler's method on the probability flow ODE, algorithm 2 of Karras et al., "Elucidating the Design
 * Space of Diffusion-Based Generative Models", 2022, without its added noise. Latents are clean +
 * sigma noise with sigma = sqrt((1 - abar) / abar); the last step ends at sigma 0. Steps are whole
 * training steps, because models are told whole ones. Clipping of a DDIM file does not apply.
 */
public final class EulerScheduler implements Scheduler {
  /** abar that stands for 0 in a rescaled schedule, where sigma would not be finite. */
  private static final double TERMINAL_ALPHA_BAR = 0x1p-24;

  private final List<Long> timesteps;
  private final PredictionType prediction;
  private final double initialScale;

  /** Of each step, then 0. */
  private final double[] sigmas;

  private EulerScheduler(
      List<Long> timesteps, PredictionType prediction, double initialScale, double[] sigmas) {
    this.timesteps = timesteps;
    this.prediction = prediction;
    this.initialScale = initialScale;
    this.sigmas = sigmas;
  }

  static EulerScheduler of(SchedulerConfig config, List<Long> timesteps) {
    double[] trained = config.alphaBars();
    double[] sigmas = new double[timesteps.size() + 1];
    for (int step = 0; step < timesteps.size(); step++) {
      double alpha = Math.max(TERMINAL_ALPHA_BAR, trained[timesteps.get(step).intValue()]);
      sigmas[step] = StrictMath.sqrt((1 - alpha) / alpha);
    }
    double scale =
        config.spacing() == TimestepSpacing.LEADING
            ? StrictMath.sqrt(sigmas[0] * sigmas[0] + 1)
            : sigmas[0];
    return new EulerScheduler(timesteps, config.prediction(), scale, sigmas);
  }

  @Override
  public SchedulerKind kind() {
    return SchedulerKind.EULER;
  }

  @Override
  public List<Long> timesteps() {
    return timesteps;
  }

  @Override
  public double initialScale() {
    return initialScale;
  }

  @Override
  public float[] modelInput(float[] latents, int step) {
    return Rounding.times(latents, 1 / StrictMath.sqrt(sigmas[step] * sigmas[step] + 1));
  }

  @Override
  public float[] step(float[] modelOutput, float[] latents, int step, StepNoise noise) {
    Rounding.requireSameLength(modelOutput, latents);
    double sigma = sigmas[step];
    double variance = sigma * sigma + 1;
    double velocity = -sigma / StrictMath.sqrt(variance);
    double ratio = sigmas[step + 1] / sigma;
    float[] next = new float[latents.length];
    for (int i = 0; i < next.length; i++) {
      double latent = latents[i];
      double output = modelOutput[i];
      double clean =
          switch (prediction) {
            case EPSILON -> latent - sigma * output;
            case V_PREDICTION -> velocity * output + latent / variance;
            case SAMPLE -> output;
          };
      // latent + (latent - clean) / sigma * (next sigma - sigma), without its cancellation.
      next[i] = (float) (clean + ratio * (latent - clean));
    }
    return next;
  }
}
