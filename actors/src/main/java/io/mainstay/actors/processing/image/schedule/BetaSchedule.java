package io.mainstay.actors.processing.image.schedule;

/** How much variance each training step adds; {@code beta_schedule} of a scheduler's file. */
public enum BetaSchedule implements FieldValue {
  LINEAR("linear"),
  SCALED_LINEAR("scaled_linear"),
  SQUAREDCOS_CAP_V2("squaredcos_cap_v2");

  private static final double COSINE_OFFSET = 0.008;
  private static final double BETA_MAX = 0.999;

  private final String text;

  BetaSchedule(String text) {
    this.text = text;
  }

  @Override
  public String text() {
    return text;
  }

  /** Betas of that many training steps; the cosine schedule has no start and end. */
  double[] betas(double start, double end, int count) {
    double[] betas = new double[count];
    for (int i = 0; i < count; i++) {
      double share = count == 1 ? 0 : (double) i / (count - 1);
      betas[i] =
          switch (this) {
            case LINEAR -> start + share * (end - start);
            case SCALED_LINEAR -> {
              double root =
                  StrictMath.sqrt(start) + share * (StrictMath.sqrt(end) - StrictMath.sqrt(start));
              yield root * root;
            }
            case SQUAREDCOS_CAP_V2 ->
                Math.min(1 - cosine((i + 1.0) / count) / cosine((double) i / count), BETA_MAX);
          };
    }
    return betas;
  }

  /** Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models", 2021, formula 17. */
  private static double cosine(double time) {
    double root = StrictMath.cos((time + COSINE_OFFSET) / (1 + COSINE_OFFSET) * StrictMath.PI / 2);
    return root * root;
  }
}
