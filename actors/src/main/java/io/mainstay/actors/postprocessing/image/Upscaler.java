package io.mainstay.actors.postprocessing.image;

/**
 * Something that a worker holds and that makes pictures larger: input {@code image} float32 [b, 3,
 * h, w], output {@code upscaled} float32 [b, 3, scale h, scale w].
 *
 * @param modelId in the registry, or {@link #BUILTIN}
 * @param component of the model
 * @param scale 2 or 4
 */
public record Upscaler(String modelId, String component, int scale) {
  /** The model id of the worker's own kernels. */
  public static final String BUILTIN = "builtin";

  /** How a request names the worker's own kernel. */
  public static final String LANCZOS = "lanczos";

  static final String INPUT = "image";
  static final String OUTPUT = "upscaled";

  public Upscaler {
    if (scale != 2 && scale != 4) {
      throw new IllegalArgumentException("Upscaling by " + scale + "; allowed are 2 and 4");
    }
  }

  /** The worker's own Lanczos kernel; every worker holds it. */
  public static Upscaler lanczos(int scale) {
    return new Upscaler(BUILTIN, LANCZOS + "-x" + scale, scale);
  }
}
