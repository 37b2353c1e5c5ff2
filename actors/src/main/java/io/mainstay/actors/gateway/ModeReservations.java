package io.mainstay.actors.gateway;

import io.mainstay.actors.degradation.DeviceUse;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionPlan;
import java.time.Duration;
import java.util.Optional;

/** Which reservations a person may ask for while the modes of a node hold. Pure. */
final class ModeReservations {
  private static final Operation[] ALLOCATIONS = {
    Operation.LARGE_ALLOCATIONS, Operation.LARGE_MEMORY_ALLOCATIONS
  };
  private static final Operation[] OF_MODELS = {
    Operation.MEMORY_INTENSIVE_MODEL_OPERATIONS,
    Operation.LARGE_ALLOCATIONS,
    Operation.LARGE_MEMORY_ALLOCATIONS
  };
  private static final Operation[] OF_SESSIONS = {
    Operation.HIGH_MEMORY_PROCESSING_SESSIONS,
    Operation.LARGE_ALLOCATIONS,
    Operation.LARGE_MEMORY_ALLOCATIONS
  };

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
        Optional<Operation> unused = DeviceUse.RESERVATION.off(modes, device.deviceId());
        if (unused.isPresent()) {
          return off(
              modes,
              retryAfter,
              unused.get(),
              "device " + device.deviceId() + " was to be reserved, and gets no work");
        }
      }
      Optional<Refusal> tooLarge = tooLarge(modes, work, retryAfter);
      if (tooLarge.isPresent()) {
        return tooLarge;
      }
    }
    return Optional.empty();
  }

  private static Optional<Refusal> tooLarge(
      Restrictions modes, ParticipantWork work, Duration retryAfter) {
    if (work instanceof ParticipantWork.AllocateMemory memory) {
      return tooLarge(modes, retryAfter, memory.bytes(), ALLOCATIONS);
    }
    if (work instanceof ParticipantWork.PrepareModel model) {
      return tooLarge(modes, retryAfter, model.requiredBytes(), OF_MODELS);
    }
    return work instanceof ParticipantWork.ReserveSession session
        ? tooLarge(modes, retryAfter, session.bytes(), OF_SESSIONS)
        : Optional.empty();
  }

  /** By the first name that the modes have for it. */
  private static Optional<Refusal> tooLarge(
      Restrictions modes, Duration retryAfter, long bytes, Operation... names) {
    long most = modes.memory().allocationMax();
    return bytes <= most
        ? Optional.empty()
        : modes
            .firstOff(names)
            .flatMap(
                what ->
                    off(
                        modes,
                        retryAfter,
                        what,
                        bytes + " bytes were to be reserved; " + most + " are allowed"));
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
