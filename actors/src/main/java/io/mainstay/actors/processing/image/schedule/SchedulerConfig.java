package io.mainstay.actors.processing.image.schedule;

import io.mainstay.actors.gateway.Refusal;
import java.util.Arrays;

/**
 * What a model's {@code scheduler_config.json} says, its absent fields filled in.
 *
 * @param source of it, for messages
 * @param className {@code _class_name}; empty if absent
 * @param trainedSteps {@code num_train_timesteps}, 1 to 100,000
 * @param betaStart more than 0, less than 1
 * @param betaEnd more than 0, less than 1
 * @param stepsOffset added by leading spacing
 * @param alphaToOne {@code set_alpha_to_one}: whether DDIM's last step ends in no noise at all
 * @param clipSample whether DDIM clips what it predicts of the clean latents
 * @param clipRange to minus and plus this
 * @param zeroTerminalSnr {@code rescale_betas_zero_snr}
 */
public record SchedulerConfig(
    String source,
    String className,
    int trainedSteps,
    double betaStart,
    double betaEnd,
    BetaSchedule betaSchedule,
    PredictionType prediction,
    TimestepSpacing spacing,
    int stepsOffset,
    boolean alphaToOne,
    boolean clipSample,
    double clipRange,
    boolean zeroTerminalSnr) {

  /**
   * Reads a {@code scheduler_config.json} of diffusers. Fields without meaning here are ignored.
   *
   * @param source of the bytes, for messages
   * @throws Refusal {@code unusable_scheduler} if it is not a JSON object, or asks for what is not
   *     supported
   */
  public static SchedulerConfig read(String source, byte[] json) {
    return SchedulerConfigReader.read(source, json);
  }

  /**
   * The scheduler that the file names.
   *
   * @throws Refusal {@code unknown_scheduler} if it is none of ours
   */
  public SchedulerKind kind() {
    return Arrays.stream(SchedulerKind.values())
        .filter(kind -> kind.className().equals(className))
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.of(
                    "unknown_scheduler",
                    "%s: _class_name is '%s'; supported are DDIMScheduler and"
                            .formatted(source, className)
                        + " EulerDiscreteScheduler",
                    "Name one with the parameter scheduler=ddim or scheduler=euler: both read this"
                        + " file's other fields"));
  }

  /** Share of the clean latents' variance that is left after each training step (abar). */
  double[] alphaBars() {
    double[] betas = betaSchedule.betas(betaStart, betaEnd, trainedSteps);
    double[] alphaBars = new double[trainedSteps];
    double product = 1;
    for (int step = 0; step < trainedSteps; step++) {
      product *= 1 - betas[step];
      alphaBars[step] = product;
    }
    return zeroTerminalSnr ? rescaled(alphaBars) : alphaBars;
  }

  /** Algorithm 1 of Lin et al. 2023: the last step keeps nothing, the first what it kept. */
  private static double[] rescaled(double[] alphaBars) {
    int last = alphaBars.length - 1;
    double first = StrictMath.sqrt(alphaBars[0]);
    double end = StrictMath.sqrt(alphaBars[last]);
    double[] rescaled = new double[alphaBars.length];
    for (int step = 0; step <= last; step++) {
      double root = (StrictMath.sqrt(alphaBars[step]) - end) * first / (first - end);
      rescaled[step] = root * root;
    }
    return rescaled;
  }
}
