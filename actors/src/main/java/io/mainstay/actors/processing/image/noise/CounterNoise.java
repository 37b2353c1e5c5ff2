package io.mainstay.actors.processing.image.noise;

/**
 * Standard normal noise of one picture: number {@code element} of draw {@code draw} under {@code
 * seed}, whatever was drawn before. Philox4x32-10 with the seed as key and (element / 4, draw) as
 * counter; its four words make two Box-Muller pairs. {@link StrictMath} and float32 results: the
 * same bits on every machine.
 *
 * @param seed any number
 */
public record CounterNoise(long seed) implements StepNoise {
  private static final int LANES = 4;

  /** 2^-32: one word to a number between 0 and 1, neither of them included. */
  private static final double UNIT = 0x1p-32;

  @Override
  public float[] draw(int draw, int count) {
    float[] drawn = new float[count];
    fill(draw, drawn, 0, count);
    return drawn;
  }

  /** Elements 0 to {@code count} - 1 of a draw, written from {@code offset} on. */
  void fill(int draw, float[] into, int offset, int count) {
    int[] words = new int[LANES];
    double[] normals = new double[LANES];
    for (int element = 0; element < count; element += LANES) {
      words[0] = element / LANES;
      words[1] = 0;
      words[2] = draw;
      words[3] = 0;
      Philox.block(words, (int) seed, (int) (seed >>> 32));
      pair(words[0], words[1], normals, 0);
      pair(words[2], words[3], normals, 2);
      for (int lane = 0; lane < LANES && element + lane < count; lane++) {
        into[offset + element + lane] = (float) normals[lane];
      }
    }
  }

  /** Box and Muller 1958: two uniform numbers to two independent normal ones. */
  private static void pair(int first, int second, double[] normals, int at) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(uniform(first)));
    double angle = 2 * StrictMath.PI * uniform(second);
    normals[at] = radius * StrictMath.cos(angle);
    normals[at + 1] = radius * StrictMath.sin(angle);
  }

  private static double uniform(int word) {
    return (Integer.toUnsignedLong(word) + 0.5) * UNIT;
  }
}
