package io.mainstay.actors.processing.image.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * Which of the training steps are taken; {@code timestep_spacing} of a scheduler's file. Names
 * after table 2 of Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed",
 * 2023.
 */
public enum TimestepSpacing implements FieldValue {
  /** Evenly from the first to the last, both included. */
  LINSPACE("linspace"),
  /** Multiples of a whole stride from 0, moved up by {@code steps_offset}. */
  LEADING("leading"),
  /** Evenly down from the last, which is included. */
  TRAILING("trailing");

  private final String text;

  TimestepSpacing(String text) {
    this.text = text;
  }

  @Override
  public String text() {
    return text;
  }

  /**
   * The steps in the order in which they are taken, from much noise to little.
   *
   * @param trained steps of the training
   * @param steps to take, 1 to {@code trained}
   * @param offset that {@code LEADING} adds
   */
  List<Long> timesteps(int trained, int steps, int offset) {
    List<Long> timesteps = new ArrayList<>(steps);
    for (int step = 0; step < steps; step++) {
      int left = steps - 1 - step;
      timesteps.add(
          switch (this) {
            case LINSPACE ->
                (long) Math.rint(steps == 1 ? 0 : left * ((trained - 1.0) / (steps - 1)));
            case LEADING -> (long) left * (trained / steps) + offset;
            case TRAILING -> (long) Math.rint(trained - step * ((double) trained / steps)) - 1;
          });
    }
    return List.copyOf(timesteps);
  }
}
