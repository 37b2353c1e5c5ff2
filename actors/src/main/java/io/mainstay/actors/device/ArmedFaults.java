package io.mainstay.actors.device;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.WorkerControl;
import io.mainstay.actors.gateway.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The failures that workers of one slot are to act out. Confined to the slot. */
final class ArmedFaults {
  /** When a command that came between two workers may be tried again. */
  private static final long RETRY_MILLIS = 500;

  private final String deviceId;
  private final List<ArmedFault> standing = new ArrayList<>();

  ArmedFaults(String deviceId) {
    this.deviceId = deviceId;
  }

  /**
   * Arms one, and says whether it is.
   *
   * @param worker that takes it; empty between two, when only a standing one can be armed
   */
  void arm(SlotCommand.Arm arm, Optional<WorkerControl> worker) {
    if (arm.standing()) {
      standing.add(arm.fault());
    }
    if (worker.isPresent()) {
      arm(arm.fault(), worker.get(), arm.replyTo());
    } else if (arm.replyTo() != null) {
      arm.replyTo()
          .tell(
              arm.standing()
                  ? StatusReply.success(Done.getInstance())
                  : StatusReply.error(
                      Refusal.busy(
                          "Device " + deviceId + " has no worker to arm a fault in",
                          RETRY_MILLIS)));
    }
  }

  /** A new worker has those that stand. */
  void armStanding(WorkerControl worker) {
    standing.forEach(fault -> arm(fault, worker, null));
  }

  /** Workers that follow have none. */
  void disarm() {
    standing.clear();
  }

  private void arm(ArmedFault fault, WorkerControl worker, ActorRef<StatusReply<Done>> replyTo) {
    worker.armFault(
        fault.fault(),
        fault.trigger(),
        fault.argument(),
        fault.marker(),
        outcome -> {
          if (replyTo != null) {
            replyTo.tell(armed(outcome));
          }
        });
  }

  private StatusReply<Done> armed(CallOutcome<Void> outcome) {
    if (outcome instanceof CallOutcome.Done<Void>) {
      return StatusReply.success(Done.getInstance());
    }
    String why =
        outcome instanceof CallOutcome.Failed<Void> failed
            ? failed.fault().code() + ", " + failed.fault().message()
            : "the worker died first";
    return StatusReply.error(
        Refusal.of(
            "fault_not_armed",
            "No fault was armed on " + deviceId + ": " + why,
            "Start the node with mainstay.device.worker.fault-injection = on"));
  }
}
