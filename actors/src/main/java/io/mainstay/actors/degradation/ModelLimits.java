package io.mainstay.actors.degradation;

/**
 * What modes leave of models.
 *
 * @param bytesMax largest model that is loaded, bytes of its files
 * @param residentMax models that are on a device at the same time
 * @param loadsMax loads at the same time
 */
public record ModelLimits(long bytesMax, int residentMax, int loadsMax) {
  /** No limit. */
  public static final ModelLimits NONE = new ModelLimits(Limit.NO_BYTES, Limit.NONE, Limit.NONE);

  public ModelLimits {
    Limit.positive("models.bytes-max", bytesMax);
    Limit.positive("models.resident-max", residentMax);
    Limit.positive("models.loads-max", loadsMax);
  }

  /** The stricter of both, setting by setting. */
  public ModelLimits and(ModelLimits other) {
    return new ModelLimits(
        Math.min(bytesMax, other.bytesMax),
        Math.min(residentMax, other.residentMax),
        Math.min(loadsMax, other.loadsMax));
  }
}
