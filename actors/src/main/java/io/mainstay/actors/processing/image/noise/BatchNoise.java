package io.mainstay.actors.processing.image.noise;

import java.util.List;

/**
 * Noise of several pictures in one batch. A picture draws what it would draw alone, so its place in
 * the batch does not matter.
 *
 * @param seeds one for each picture, in the batch's order; at least one
 */
public record BatchNoise(List<Long> seeds) implements StepNoise {
  public BatchNoise {
    seeds = List.copyOf(seeds);
    if (seeds.isEmpty()) {
      throw new IllegalArgumentException("Noise for a batch without pictures");
    }
  }

  @Override
  public float[] draw(int draw, int count) {
    if (count % seeds.size() != 0) {
      throw new IllegalArgumentException(
          count + " numbers cannot be shared by " + seeds.size() + " pictures");
    }
    int each = count / seeds.size();
    float[] drawn = new float[count];
    for (int picture = 0; picture < seeds.size(); picture++) {
      new CounterNoise(seeds.get(picture)).fill(draw, drawn, picture * each, each);
    }
    return drawn;
  }
}
