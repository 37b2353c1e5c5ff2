package io.mainstay.actors.transaction.resource;

import akka.Done;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.transaction.ParticipantWork;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reservations of devices, which keep loads or everything else off them. */
public final class DeviceResources implements Resources {
  private final Domain<DeviceCommand> devices;

  public DeviceResources(Domain<DeviceCommand> devices) {
    this.devices = devices;
  }

  @Override
  public CompletionStage<Void> hold(Claim claim) {
    ParticipantWork.ReserveDevice work = work(claim);
    Optional<DeviceReservation.Kind> kind = kind(work.operationType());
    if (kind.isEmpty()) {
      return CompletableFuture.failedFuture(
          Refusal.of(
              "invalid_parameter",
              "the operation type is '" + work.operationType() + "'",
              "Use model_loading, which keeps other loads off, or exclusive"));
    }
    return devices
        .<DeviceReservation>askStatus(
            replyTo ->
                new DeviceCommand.Reserve(
                    new DeviceReservation(
                        work.deviceId(), claim.transactionId(), claim.owner(), kind.get()),
                    replyTo))
        .thenApply(granted -> null);
  }

  @Override
  public CompletionStage<String> confirm(Claim claim) {
    return hold(claim).thenApply(held -> "allocated");
  }

  @Override
  public CompletionStage<Void> free(Claim claim, boolean handOver, List<ParticipantWork> others) {
    return devices
        .<Done>ask(
            replyTo ->
                new DeviceCommand.GiveBack(work(claim).deviceId(), claim.transactionId(), replyTo))
        .thenApply(done -> null);
  }

  @Override
  public Optional<Duration> limit(ParticipantWork work) {
    return Optional.of(Duration.ofMillis(((ParticipantWork.ReserveDevice) work).estimatedMillis()));
  }

  private static Optional<DeviceReservation.Kind> kind(String operationType) {
    for (DeviceReservation.Kind kind : DeviceReservation.Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(operationType)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  private static ParticipantWork.ReserveDevice work(Claim claim) {
    return (ParticipantWork.ReserveDevice) claim.work();
  }
}
