package io.mainstay.actors.model.load;

import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.outage.OutageNotice;
import io.mainstay.persistence.saga.SagaOutcome;
import io.mainstay.persistence.transaction.Owners;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** Words for loads that cannot be: code, cause with values, remedy. */
public final class LoadRefusals {
  private static final int HOLDERS_SHOWN = 5;
  private static final String SERVING = "serving";

  /** What a load met that says nothing of the model, and may be over when it is asked for again. */
  private static final Set<String> OF_THE_MOMENT =
      Set.of(ModelFaultCode.DEVICE_BUSY.code(), DeviceReservation.REFUSED, OutageNotice.FROZEN);

  private LoadRefusals() {}

  /** Whether it is not to be remembered: the device was somebody else's, or out of reach. */
  static boolean isOfTheMoment(Refusal refusal) {
    return OF_THE_MOMENT.contains(refusal.code());
  }

  /** No device has that id. */
  public static Refusal unknownDevice(String deviceId, List<String> known) {
    return Refusal.of(
        ModelFaultCode.DEVICE_UNKNOWN.code(),
        "there is no device '"
            + deviceId
            + "'; known: "
            + (known.isEmpty() ? "none" : String.join(", ", known)),
        "Name one of those, or add it to mainstay.device.devices");
  }

  /** The device of that id, if there is one. */
  static Optional<DeviceView> device(String deviceId, DeviceCommand.DeviceList devices) {
    return devices.devices().stream().filter(known -> known.id().equals(deviceId)).findFirst();
  }

  /** Why nothing can be loaded onto that device now; empty if it serves. */
  static Optional<Refusal> standing(String deviceId, DeviceCommand.DeviceList devices) {
    Optional<DeviceView> device = device(deviceId, devices);
    if (device.isEmpty()) {
      return Optional.of(
          unknownDevice(deviceId, devices.devices().stream().map(DeviceView::id).toList()));
    }
    return device.get().state().equals(SERVING)
        ? Optional.empty()
        : Optional.of(notServing(deviceId, device.get().state(), device.get().lastDeath()));
  }

  /** The same, of devices that were inspected. */
  static Optional<Refusal> standing(String deviceId, DeviceCommand.Inspected inspected) {
    Optional<DeviceFacts> device =
        inspected.devices().stream().filter(known -> known.id().equals(deviceId)).findFirst();
    if (device.isEmpty()) {
      return Optional.of(
          unknownDevice(deviceId, inspected.devices().stream().map(DeviceFacts::id).toList()));
    }
    return device.get().state().equals(SERVING)
        ? Optional.empty()
        : Optional.of(notServing(deviceId, device.get().state(), ""));
  }

  /** Why that saga must not load onto the device: somebody else reserved it. */
  static Optional<Refusal> reserved(
      String deviceId, String sagaId, DeviceCommand.DeviceList devices) {
    return devices.reservations().stream()
        .filter(held -> held.deviceId().equals(deviceId))
        .filter(held -> !held.owner().equals(Owners.load(sagaId)))
        .findFirst()
        .map(
            held ->
                Refusal.of(
                    ModelFaultCode.DEVICE_BUSY.code(),
                    "the device "
                        + deviceId
                        + " is reserved by the transaction "
                        + held.transactionId()
                        + " for "
                        + held.owner(),
                    "Wait until it ends; see 'mainstay transactions show "
                        + held.transactionId()
                        + "'"));
  }

  private static Refusal notServing(String deviceId, String state, String lastDeath) {
    return Refusal.of(
        ModelFaultCode.DEVICE_NOT_SERVING.code(),
        "the device "
            + deviceId
            + " is "
            + state
            + ", so nothing can be loaded onto it"
            + (lastDeath.isEmpty() ? "" : "; its last worker: " + lastDeath),
        "Wait until 'mainstay devices' shows it serving, or use another device");
  }

  /** The device domain gave a device up. */
  public static Refusal deviceFailed(String deviceId, String reason, String remedy) {
    return Refusal.of(
        ModelFaultCode.DEVICE_NOT_SERVING.code(),
        "the device " + deviceId + " has failed: " + reason,
        remedy.isEmpty() ? "Use another device" : remedy);
  }

  /** The device is out of reach, and its work goes elsewhere. */
  static Refusal failedOver(String deviceId, String reason) {
    return Refusal.of(
        ModelFaultCode.DEVICE_NOT_SERVING.code(),
        "the device " + deviceId + " is out of reach: " + reason + "; its work goes elsewhere",
        "Use another device; 'mainstay alerts' says when it serves again");
  }

  /** The worker does not have a model that was believed to be there. */
  static Refusal notHeld(Residences.Key key) {
    return Refusal.of(
        ModelFaultCode.MODEL_LOADING_FAILURE.code(),
        "the worker of "
            + key.deviceId()
            + " does not hold "
            + key.modelId()
            + ", which the node believed loaded",
        "Ask for it again after mainstay.model.retry-after, or use another device");
  }

  /** The model did not come within the bound. */
  public static Refusal overdueLoad(
      String modelId, String deviceId, Duration bound, String progress) {
    return Refusal.of(
        ModelFaultCode.MODEL_LOAD_OVERDUE.code(),
        String.format(
            "the model %s is not on %s after %d ms (last progress: %s)",
            modelId, deviceId, bound.toMillis(), progress),
        "Raise mainstay.model.load-deadline if the disk or the device is slow; see 'mainstay"
            + " devices' for its state");
  }

  static Refusal ofLoad(
      ModelDescriptor model, String deviceId, Throwable failure, String lastProgress) {
    if (failure instanceof TimeoutException) {
      return Refusal.of(
          ModelFaultCode.MODEL_LOAD_OVERDUE.code(),
          String.format(
              "%s did not load %s in time (last progress: %s)", deviceId, model.id(), lastProgress),
          "Raise mainstay.model.load-deadline if the disk or the device is slow");
    }
    if (failure instanceof Refusal refusal) {
      // The device domain has said it all.
      return refusal;
    }
    return Refusal.of(
        ModelFaultCode.MODEL_LOADING_FAILURE.code(),
        deviceId + " could not load " + model.id() + ": " + failure.getMessage(),
        "See the node's log for the cause, then load it again");
  }

  /** Too many loads wait for that device. */
  public static Refusal queueFull(String deviceId, int queuedMax) {
    return Refusal.of(
        ModelFaultCode.DEVICE_BUSY.code(),
        queuedMax + " loads already wait for " + deviceId + ", one at a time",
        "Try again later, use another device, or raise mainstay.model.loads-queued-max");
  }

  /** Somebody uses the model. */
  public static Refusal inUse(String modelId, List<String> holders) {
    int shown = Math.min(holders.size(), HOLDERS_SHOWN);
    return Refusal.of(
        ModelFaultCode.MODEL_IN_USE.code(),
        modelId
            + " is in use by "
            + String.join(", ", holders.subList(0, shown))
            + (shown < holders.size() ? " and " + (holders.size() - shown) + " more" : ""),
        "Wait until they are done, or cancel them with 'mainstay sessions cancel'");
  }

  /** A model that is being loaded cannot be unloaded. */
  public static Refusal stillLoading(Residences.Key key) {
    return Refusal.of(
        ModelFaultCode.DEVICE_BUSY.code(),
        key.modelId() + " is being loaded onto " + key.deviceId() + " and cannot be unloaded yet",
        "Try again once 'mainstay models' shows it loaded");
  }

  /**
   * Why a saga did not complete.
   *
   * @param outcome null when its end is not known in time
   * @param told what the failed step said, with its remedy
   */
  public static Refusal ofSaga(
      String modelId,
      String deviceId,
      String sagaId,
      SagaOutcome outcome,
      Optional<Refusal> told,
      Throwable failure) {
    if (outcome == null) {
      return Refusal.of(
          ModelFaultCode.MODEL_LOAD_OVERDUE.code(),
          "the load of "
              + modelId
              + " onto "
              + deviceId
              + " has not ended in time (saga "
              + sagaId
              + "): "
              + failure.getMessage(),
          "See 'mainstay journal show Saga|" + sagaId + "'; it ends by itself, then try again");
    }
    String remedy =
        told.map(Refusal::remedy)
            .orElse("See 'mainstay journal show Saga|" + sagaId + "' for each step");
    if (outcome.end() == SagaOutcome.End.STUCK) {
      return Refusal.of(
          outcome.code(),
          outcome.message() + "; and what the load did could not all be taken back",
          remedy
              + ". Then 'mainstay sagas redrive "
              + sagaId
              + "' goes on taking it back, or unload "
              + modelId
              + " from "
              + deviceId);
    }
    return Refusal.of(outcome.code(), outcome.message(), remedy);
  }

  /** Another domain did not answer, or answered with an error. */
  public static Refusal overdue(String domain, String question, Duration bound, Throwable failure) {
    if (failure instanceof Refusal refusal) {
      return refusal;
    }
    String cause =
        failure instanceof TimeoutException
            ? "did not answer within " + bound.toMillis() + " ms"
            : "failed: " + failure.getMessage();
    return Refusal.of(
        ModelFaultCode.DOMAIN_OVERDUE.code(),
        domain + ", asked for " + question + ", " + cause,
        "Try again; if it stays so, raise mainstay.model.answer-timeout and see the node's log");
  }
}
