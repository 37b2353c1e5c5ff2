package io.mainstay.actors.device.worker;

/**
 * How a worker's arena is used, at one moment.
 *
 * @param capacityBytes 0 if there is none
 * @param leasesOut spans that are not back
 * @param leasesTaken since it was made; the same number means that nothing was taken between
 */
public record ArenaUse(long capacityBytes, int leasesOut, long leasesTaken) {
  /** There is no arena. */
  public static final ArenaUse NONE = new ArenaUse(0, 0, 0);
}
