package io.mainstay.actors.processing.image.schedule;

/** What a model answers; {@code prediction_type} of a scheduler's file. */
public enum PredictionType implements FieldValue {
  /** The noise that is in the latents. */
  EPSILON("epsilon"),
  /** Salimans and Ho 2022: {@code sqrt(abar) noise - sqrt(1 - abar) clean}. */
  V_PREDICTION("v_prediction"),
  /** The clean latents. */
  SAMPLE("sample");

  private final String text;

  PredictionType(String text) {
    this.text = text;
  }

  @Override
  public String text() {
    return text;
  }
}
