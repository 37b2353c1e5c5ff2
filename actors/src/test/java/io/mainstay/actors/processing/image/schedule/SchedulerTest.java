package io.mainstay.actors.processing.image.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.image.noise.CounterNoise;
import io.mainstay.actors.processing.image.noise.StepNoise;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulerTest {
  private static final StepNoise NONE =
      (draw, count) -> {
        throw new AssertionError("Noise was asked for");
      };

  /** abar of the linear schedule, worked out here. */
  private static double alphaBar(long timestep) {
    double product = 1;
    for (int i = 0; i <= timestep; i++) {
      product *= 1 - (0.0001 + 0.0199 * i / 999);
    }
    return product;
  }

  @Test
  void ddim_oneStepByHand() {
    Scheduler ddim = Scheduler.of(SchedulerKind.DDIM, Configs.with(""), 10, 0);
    double a = alphaBar(799);
    double next = alphaBar(699);
    double x = 0.7;
    double v = -0.3;
    double clean = Math.sqrt(a) * x - Math.sqrt(1 - a) * v;
    double noise = Math.sqrt(a) * v + Math.sqrt(1 - a) * x;

    float[] stepped = ddim.step(new float[] {-0.3f}, new float[] {0.7f}, 2, NONE);

    assertEquals(Math.sqrt(next) * clean + Math.sqrt(1 - next) * noise, stepped[0], 1e-7);
  }

  @Test
  void ddim_whenEtaIsOne_isAncestralSampling() {
    // With eta 1 the step is the posterior of Ho et al. 2020, formulas 6 and 7.
    Scheduler ddim =
        Scheduler.of(
            SchedulerKind.DDIM,
            Configs.with("'prediction_type': 'sample', 'num_train_timesteps': 1000"),
            1000,
            1);
    int step = 499;
    double a = alphaBar(500);
    double next = alphaBar(499);
    double beta = 1 - a / next;
    double mean =
        Math.sqrt(next) * beta / (1 - a) * 0.4 + Math.sqrt(1 - beta) * (1 - next) / (1 - a) * -1.25;
    double deviation = Math.sqrt((1 - next) / (1 - a) * beta);
    double fresh = new CounterNoise(11).draw(step + 1, 1)[0];

    float[] stepped =
        ddim.step(new float[] {0.4f}, new float[] {-1.25f}, step, new CounterNoise(11));

    assertEquals(500L, ddim.timesteps().get(step));
    assertEquals(mean + deviation * fresh, stepped[0], 1e-6);
  }

  @Test
  void ddim_clipsWhatItPredictsAndEulerDoesNot() {
    SchedulerConfig config =
        Configs.with("'prediction_type': 'sample', 'clip_sample': true, 'clip_sample_range': 0.5");
    float[] latents = {0.2f, 0.2f};
    float[] clean = {3, -3};

    Scheduler ddim = Scheduler.of(SchedulerKind.DDIM, config, 1, 0);
    Scheduler euler = Scheduler.of(SchedulerKind.EULER, config, 1, 0);

    assertArrayEquals(new float[] {0.5f, -0.5f}, ddim.step(clean, latents, 0, NONE));
    assertArrayEquals(clean, euler.step(clean, latents, 0, NONE));
  }

  @Test
  void ddim_whenAlphaIsNotSetToOne_endsAtTheFirstTrainingStep() {
    SchedulerConfig config =
        Configs.with("'set_alpha_to_one': false, 'prediction_type': 'epsilon'");
    float[] stepped =
        Scheduler.of(SchedulerKind.DDIM, config, 1, 0)
            .step(new float[] {0.5f}, new float[] {1}, 0, NONE);

    double a = alphaBar(999);
    double clean = (1 - Math.sqrt(1 - a) * 0.5) / Math.sqrt(a);
    assertEquals(Math.sqrt(0.9999) * clean + Math.sqrt(0.0001) * 0.5, stepped[0], 1e-4);
  }

  @Test
  void euler_oneStepByHand() {
    Scheduler euler =
        Scheduler.of(SchedulerKind.EULER, Configs.with("'prediction_type': 'epsilon'"), 10, 0);
    double sigma = Math.sqrt((1 - alphaBar(799)) / alphaBar(799));
    double next = Math.sqrt((1 - alphaBar(699)) / alphaBar(699));

    // d x / d sigma is the noise itself.
    assertEquals(
        2.5 + (next - sigma) * 0.75,
        euler.step(new float[] {0.75f}, new float[] {2.5f}, 2, NONE)[0],
        1e-6);
    assertEquals(
        2.5 / Math.sqrt(1 + sigma * sigma), euler.modelInput(new float[] {2.5f}, 2)[0], 1e-7);
  }

  @Test
  void euler_onGaussianData_isTheProductOfItsLinearSteps() {
    // Data N(0, s^2): the denoiser is x s^2 / (s^2 + sigma^2), the ODE dx/dsigma = x sigma /
    // (s^2 + sigma^2) is linear and solved by x proportional to sqrt(s^2 + sigma^2).
    double s = 0.5;
    SchedulerConfig config = Configs.with("'prediction_type': 'sample'");
    Scheduler euler = Scheduler.of(SchedulerKind.EULER, config, 1000, 0);
    float[] x = {(float) euler.initialScale()};
    double product = x[0];
    for (int step = 0; step < 1000; step++) {
      double sigma = sigma(euler, step);
      double next = step == 999 ? 0 : sigma(euler, step + 1);
      x = euler.step(new float[] {(float) (x[0] * s * s / (s * s + sigma * sigma))}, x, step, NONE);
      product *= 1 + (next - sigma) * sigma / (s * s + sigma * sigma);
    }

    double sigmaMax = Math.sqrt((1 - alphaBar(999)) / alphaBar(999));
    assertEquals(product, x[0], 1e-4);
    assertEquals(sigmaMax * s / Math.sqrt(s * s + sigmaMax * sigmaMax), x[0], 0.02);
  }

  private static double sigma(Scheduler scheduler, int step) {
    double a = alphaBar(scheduler.timesteps().get(step));
    return Math.sqrt((1 - a) / a);
  }

  /** Every scheduler with every prediction type, spacing, a few numbers of steps. */
  static Stream<Arguments> everyWay() {
    return Stream.of(SchedulerKind.values())
        .flatMap(
            kind ->
                Stream.of(PredictionType.values())
                    .flatMap(
                        type ->
                            Stream.of(TimestepSpacing.values())
                                .flatMap(
                                    spacing ->
                                        Stream.of(1, 2, 7, 30)
                                            .map(
                                                steps ->
                                                    Arguments.of(kind, type, spacing, steps)))));
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void exactDenoiserOfAPoint_landsOnIt(
      SchedulerKind kind, PredictionType type, TimestepSpacing spacing, int steps) {
    SchedulerConfig config = config(type, spacing);
    Scheduler scheduler = Scheduler.of(kind, config, steps, 0);
    float[] point = {0.8f, -0.35f, 0};
    float[] latents = scheduler.initial(new CounterNoise(5), point.length);
    for (int step = 0; step < steps; step++) {
      float[] output = exact(scheduler, type, point, latents, step);
      latents = scheduler.step(output, latents, step, NONE);
    }
    assertArrayEquals(point, latents, 2e-3f);
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void ddimAndEuler_takeTheSamePath(
      SchedulerKind kind, PredictionType type, TimestepSpacing spacing, int steps) {
    if (kind == SchedulerKind.EULER) {
      return;
    }
    // Without fresh noise DDIM is Euler's method in sigma: x of DDIM = sqrt(abar) x of Euler.
    SchedulerConfig config = config(type, spacing);
    Scheduler ddim = Scheduler.of(SchedulerKind.DDIM, config, steps, 0);
    Scheduler euler = Scheduler.of(SchedulerKind.EULER, config, steps, 0);
    float[] x = {0.6f, -1.1f};
    double root = Math.sqrt(alphaBar(ddim.timesteps().get(0)));
    float[] y = {(float) (0.6f / root), (float) (-1.1f / root)};
    for (int step = 0; step < steps; step++) {
      float[] output = {(float) Math.sin(3 * step + 1), (float) Math.cos(5 * step)};
      x = ddim.step(output, x, step, NONE);
      y = euler.step(output, y, step, NONE);
    }
    double scale = Math.max(1, Math.abs(y[0]) + Math.abs(y[1]));
    assertEquals(y[0], x[0], 1e-4 * scale);
    assertEquals(y[1], x[1], 1e-4 * scale);
  }

  private static SchedulerConfig config(PredictionType type, TimestepSpacing spacing) {
    return Configs.with(
        "'prediction_type': '%s', 'timestep_spacing': '%s'".formatted(type.text(), spacing.text()));
  }

  /** What a model would answer that knows that all data is that point. */
  private static float[] exact(
      Scheduler scheduler, PredictionType type, float[] point, float[] latents, int step) {
    double a = alphaBar(scheduler.timesteps().get(step));
    float[] seen = scheduler.modelInput(latents, step);
    float[] output = new float[point.length];
    for (int i = 0; i < point.length; i++) {
      double noise = (seen[i] - Math.sqrt(a) * point[i]) / Math.sqrt(1 - a);
      output[i] =
          (float)
              switch (type) {
                case EPSILON -> noise;
                case V_PREDICTION -> Math.sqrt(a) * noise - Math.sqrt(1 - a) * point[i];
                case SAMPLE -> point[i];
              };
    }
    return output;
  }

  @Test
  void zeroTerminalSnr_withVelocity_landsOnThePoint() {
    for (SchedulerKind kind : SchedulerKind.values()) {
      Scheduler scheduler =
          Scheduler.of(kind, Configs.with("'rescale_betas_zero_snr': true"), 1, 0);
      // All noise: the velocity of a point is minus the point.
      float[] latents = scheduler.initial(new CounterNoise(1), 1);
      assertEquals(0.3f, scheduler.step(new float[] {-0.3f}, latents, 0, NONE)[0], 2e-3);
    }
  }

  @Test
  void zeroTerminalSnr_withEpsilon_isRefusedByDdim() {
    SchedulerConfig config =
        Configs.with("'rescale_betas_zero_snr': true, 'prediction_type': 'epsilon'");
    Refusal refused =
        assertThrows(Refusal.class, () -> Scheduler.of(SchedulerKind.DDIM, config, 5, 0));
    assertTrue(refused.getMessage().contains("prediction_type epsilon"), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "DDIM, 0, 0, steps is 0",
    "DDIM, 10000, 0, steps is 10000; allowed are 1 to 1000",
    "DDIM, 10, 1.5, eta is 1.5",
    "DDIM, 10, NaN, eta is NaN",
    "EULER, 10, 0.5, eta is 0.5"
  })
  void of_whenNumbersDoNotFit_isRefused(SchedulerKind kind, int steps, double eta, String said) {
    Refusal refused =
        assertThrows(Refusal.class, () -> Scheduler.of(kind, Configs.with(""), steps, eta));
    assertTrue(refused.getMessage().contains(said), refused.getMessage());
  }

  @Test
  void of_whenTheOffsetPassesTheTraining_isRefused() {
    SchedulerConfig config = Configs.with("'timestep_spacing': 'leading', 'steps_offset': 1");
    assertEquals(List.of(501L, 1L), Scheduler.of(SchedulerKind.DDIM, config, 2, 0).timesteps());
    assertThrows(Refusal.class, () -> Scheduler.of(SchedulerKind.DDIM, config, 1000, 0));
  }

  @Test
  void step_leavesItsArgumentsAndGivesTheSameBits() {
    Scheduler scheduler = Scheduler.of(SchedulerKind.DDIM, Configs.with(""), 10, 0.5);
    float[] latents = {1, 2};
    float[] output = {0.1f, 0.2f};

    float[] first = scheduler.step(output, latents, 3, new CounterNoise(9));

    assertArrayEquals(first, scheduler.step(output, latents, 3, new CounterNoise(9)));
    assertArrayEquals(new float[] {1, 2}, latents);
    assertArrayEquals(new float[] {0.1f, 0.2f}, output);
    assertThrows(
        IllegalArgumentException.class,
        () -> scheduler.step(new float[3], latents, 0, new CounterNoise(9)));
  }
}
