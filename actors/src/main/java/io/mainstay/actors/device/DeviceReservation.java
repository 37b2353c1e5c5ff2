package io.mainstay.actors.device;

/**
 * A device is kept for one operation.
 *
 * @param transactionId who reserved it
 * @param owner for whom, such as {@code load:01JD} or {@code operator}
 * @param kind what it keeps others from
 */
public record DeviceReservation(String deviceId, String transactionId, String owner, Kind kind) {
  /** Code of a refusal because somebody else has reserved the device. */
  public static final String REFUSED = "device_reserved";

  /** What a reservation keeps others from. */
  public enum Kind {
    /** Other loads; inference goes on. */
    MODEL_LOADING,
    /** Other loads, and new inference calls: what is at the worker is still answered. */
    EXCLUSIVE
  }
}
