package io.mainstay.actors.processing.image.schedule;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.image.noise.StepNoise;
import java.util.List;

/**
 * Song, Meng and Ermon, "Denoising Diffusion Implicit Models", 2021, formulas 12 and 16. With a and
 * b = 1 - a of this step and of the next one in the list (not of a constant stride: that would miss
 * the next step where the division leaves a rest):
 *
 * <pre>
 *   deviation = eta sqrt(b' / b) sqrt(1 - a / a')
 *   next      = sqrt(a') clean + sqrt(b' - deviation^2) noise + deviation fresh
 * </pre>
 */
public final class DdimScheduler implements Scheduler {
  private final List<Long> timesteps;
  private final PredictionType prediction;
  private final double clip;
  private final double eta;

  /** abar of each step, and after the last one of where it ends. */
  private final double[] alphaBars;

  private DdimScheduler(
      List<Long> timesteps,
      PredictionType prediction,
      double clip,
      double eta,
      double[] alphaBars) {
    this.timesteps = timesteps;
    this.prediction = prediction;
    this.clip = clip;
    this.eta = eta;
    this.alphaBars = alphaBars;
  }

  static DdimScheduler of(SchedulerConfig config, List<Long> timesteps, double eta) {
    double[] trained = config.alphaBars();
    double[] alphaBars = new double[timesteps.size() + 1];
    for (int step = 0; step < timesteps.size(); step++) {
      alphaBars[step] = trained[timesteps.get(step).intValue()];
    }
    alphaBars[timesteps.size()] = config.alphaToOne() ? 1 : trained[0];
    if (alphaBars[0] == 0 && config.prediction() == PredictionType.EPSILON) {
      throw Refusal.of(
          "unusable_scheduler",
          config.source()
              + ": rescale_betas_zero_snr is true with prediction_type epsilon; the first step"
              + " would divide by zero",
          "Such a model predicts v_prediction or sample: restore the file from where it came from,"
              + " or ask for scheduler=euler");
    }
    double clip = config.clipSample() ? config.clipRange() : Double.POSITIVE_INFINITY;
    return new DdimScheduler(timesteps, config.prediction(), clip, eta, alphaBars);
  }

  @Override
  public SchedulerKind kind() {
    return SchedulerKind.DDIM;
  }

  @Override
  public List<Long> timesteps() {
    return timesteps;
  }

  @Override
  public double initialScale() {
    return 1;
  }

  @Override
  public float[] modelInput(float[] latents, int step) {
    return latents.clone();
  }

  @Override
  public float[] step(float[] modelOutput, float[] latents, int step, StepNoise noise) {
    Rounding.requireSameLength(modelOutput, latents);
    double alpha = alphaBars[step];
    double nextAlpha = alphaBars[step + 1];
    double signal = StrictMath.sqrt(alpha);
    double spread = StrictMath.sqrt(1 - alpha);
    double deviation =
        eta * StrictMath.sqrt((1 - nextAlpha) / (1 - alpha) * Math.max(0, 1 - alpha / nextAlpha));
    double nextSignal = StrictMath.sqrt(nextAlpha);
    double direction = StrictMath.sqrt(Math.max(0, 1 - nextAlpha - deviation * deviation));
    float[] fresh =
        deviation > 0 ? noise.draw(StepNoise.ofStep(step), latents.length) : new float[0];
    float[] next = new float[latents.length];
    for (int i = 0; i < next.length; i++) {
      double latent = latents[i];
      double output = modelOutput[i];
      double clean =
          switch (prediction) {
            case EPSILON -> (latent - spread * output) / signal;
            case V_PREDICTION -> signal * latent - spread * output;
            case SAMPLE -> output;
          };
      double epsilon =
          switch (prediction) {
            case EPSILON -> output;
            case V_PREDICTION -> signal * output + spread * latent;
            case SAMPLE -> (latent - signal * output) / spread;
          };
      double clipped = Math.max(-clip, Math.min(clip, clean));
      double value = nextSignal * clipped + direction * epsilon;
      next[i] = (float) (fresh.length == 0 ? value : value + deviation * fresh[i]);
    }
    return next;
  }
}
