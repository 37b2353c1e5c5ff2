package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.ErrorNames;
import java.util.List;

/** Conditions of devices as a whole. */
final class DeviceConditions {
  /** Every worker of a device dies while it loads. */
  static final Condition DEVICE_LOST =
      Condition.named("device-lost", ErrorNames.PRIMARY_DEVICE_FAILURE)
          .needs(Need.FAULT_INJECTION, Need.OWN_NODE, Need.SIGNALS)
          .mustEnd()
          .on(Setup.FEW_RESTARTS)
          .endedBy(WorkerCausers::forget)
          .by(WorkerCausers::lose);

  /** A device computes far slower than it did. */
  static final Condition DEVICE_SLOW =
      Condition.named("device-slow", ErrorNames.DEVICE_PERFORMANCE_DEGRADATION)
          .needs(Need.FAULT_INJECTION, Need.OWN_NODE)
          .mustEnd()
          .notInStorms()
          .endedBy(WorkerCausers::quick)
          .ofItsDevice()
          .by(WorkerCausers::slow);

  /** A device is too hot. */
  static final Condition DEVICE_HOT =
      Condition.named("device-hot", ErrorNames.DEVICE_THERMAL_PROTECTION)
          .needs(Need.FAULT_INJECTION)
          .mustEnd()
          .notInStorms()
          .endedBy(WorkerCausers::cool)
          .ofItsDevice()
          .by(WorkerCausers::heat);

  /** The library that a device computes with is damaged. */
  static final Condition LIBRARY_DAMAGED =
      Condition.named("library-damaged", ErrorNames.DEVICE_DRIVER_CORRUPTION)
          .needs(Need.OWN_NODE, Need.SIGNALS)
          .on(Setup.TIGHT)
          .endedBy(HostCausers::restoreLibrary)
          .ofItsDevice()
          .by(HostCausers::damageLibrary);

  /** Two transactions want the same device for themselves. */
  static final Condition DEVICE_CLAIMED_TWICE =
      Condition.named("device-claimed-twice", ErrorNames.DEVICE_RESERVATION_FAILED)
          .needs(Need.OWN_NODE)
          .mustEnd()
          .notInStorms()
          .endedBy(MemoryCausers::free)
          .by(MemoryCausers::keepTwice);

  /** No worker of any device comes up. */
  static final Condition WORKERS_ALL_LOST =
      Condition.named("workers-all-lost", ErrorNames.CASCADE_PATTERN_DETECTED)
          .needs(Need.FAULT_INJECTION, Need.OWN_NODE, Need.SIGNALS)
          .on(Setup.FEW_RESTARTS)
          .mustEnd()
          .endedBy(WorkerCausers::antidote)
          .by(WorkerCausers::loseAll);

  /** The workers are lost again while the node comes back. */
  static final Condition WORKERS_LOST_AGAIN =
      Condition.named("workers-lost-again", ErrorNames.EMERGENCY_RECOVERY_RELAPSE)
          .needs(Need.FAULT_INJECTION, Need.OWN_NODE, Need.SIGNALS)
          .on(Setup.FEW_RESTARTS)
          .mustEnd()
          .endedBy(WorkerCausers::antidote)
          .by(WorkerCausers::loseAgain);

  /** All of them. */
  static final List<Condition> ALL =
      List.of(
          DEVICE_LOST,
          DEVICE_SLOW,
          DEVICE_HOT,
          LIBRARY_DAMAGED,
          DEVICE_CLAIMED_TWICE,
          WORKERS_ALL_LOST,
          WORKERS_LOST_AGAIN);

  private DeviceConditions() {}
}
