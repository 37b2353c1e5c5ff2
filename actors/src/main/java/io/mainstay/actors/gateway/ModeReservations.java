package io.mainstay.actors.gateway;

import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionPlan;
import java.time.Duration;
import java.util.Optional;

/** Which reservations a person may ask for while the modes of a node hold. Pure. */
final class ModeReservations {
  private ModeReservations() {}

  /**
   * Why a transaction is not begun, if it is not.
   *
   * @param retryAfter when to come back with what is refused
   */
  static Optional<Refusal> refusal(Restrictions modes, TransactionPlan plan, Duration retryAfter) {
    if (modes.none()) {
      return Optional.empty();
    }
    for (ParticipantWork work : plan.works()) {
      if (work instanceof ParticipantWork.ReserveDevice device) {
        if (modes.isOff(Operation.ADVANCED_DEVICE_CONTROL)) {
          return off(
              modes,
              retryAfter,
              Operation.ADVANCED_DEVICE_CONTROL,
              "device " + device.deviceId() + " was to be reserved");
        }
        if (!modes.devices().mayUse(device.deviceId())) {
          return off(
              modes,
              retryAfter,
              Operation.DEVICE_SPECIFIC_MEMORY_ALLOCATIONS,
              "device " + device.deviceId() + " was to be reserved, and gets no work");
        }
      }
      long most = modes.memory().allocationMax();
      if (work instanceof ParticipantWork.AllocateMemory memory && memory.bytes() > most) {
        return tooLarge(modes, retryAfter, Operation.LARGE_ALLOCATIONS, memory.bytes());
      }
      if (work instanceof ParticipantWork.PrepareModel model && model.requiredBytes() > most) {
        return tooLarge(
            modes, retryAfter, Operation.MEMORY_INTENSIVE_MODEL_OPERATIONS, model.requiredBytes());
      }
      if (work instanceof ParticipantWork.ReserveSession session && session.bytes() > most) {
        return tooLarge(
            modes, retryAfter, Operation.HIGH_MEMORY_PROCESSING_SESSIONS, session.bytes());
      }
    }
    return Optional.empty();
  }

  private static Optional<Refusal> tooLarge(
      Restrictions modes, Duration retryAfter, Operation what, long bytes) {
    return off(
        modes,
        retryAfter,
        what,
        bytes + " bytes were to be reserved; " + modes.memory().allocationMax() + " are allowed");
  }

  private static Optional<Refusal> off(
      Restrictions modes, Duration retryAfter, Operation what, String asked) {
    return Optional.of(
        Refusal.later(
            "operation_disabled",
            what.code() + " is off while " + modes.modesText() + " holds: " + asked,
            "Ask for less, or again later; 'mainstay mode' says what holds and until when",
            retryAfter.toMillis()));
  }
}
