package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Devices and synchronous inference. */
final class DomainDesk implements Desk {
  /** Room for the way back, so that the domain's own time-out answers first. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Asking asking;
  private final GatewaySettings settings;
  private final ActorRef<DeviceCommand> device;
  private final ActorRef<InferenceCommand> inference;

  DomainDesk(
      Asking asking,
      GatewaySettings settings,
      ActorRef<DeviceCommand> device,
      ActorRef<InferenceCommand> inference) {
    this.asking = asking;
    this.settings = settings;
    this.device = device;
    this.inference = inference;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.ListDevices.class, this::devices);
    desks.on(GatewayRequest.Infer.class, this::infer);
    desks.on(GatewayRequest.InjectFault.class, this::injectFault);
    desks.on(GatewayRequest.ClearFaults.class, this::clearFaults);
  }

  private CompletionStage<GatewayReply> devices(GatewayRequest.ListDevices ask) {
    return asking
        .<DeviceCommand, DeviceCommand.DeviceList>ask(device, DeviceCommand.ListDevices::new)
        .thenApply(list -> new GatewayReply.Devices(list.devices()));
  }

  private CompletionStage<GatewayReply> infer(GatewayRequest.Infer ask) {
    Duration deadline =
        ask.deadlineMillis() > 0
            ? Duration.ofMillis(ask.deadlineMillis())
            : settings.inferDeadline();
    return asking
        .<InferenceCommand, InferenceCommand.Embedded>askStatus(
            inference,
            replyTo -> new InferenceCommand.Embed(ask.model(), ask.text(), deadline, replyTo),
            deadline.plus(GRACE))
        .thenApply(GatewayReply.Inferred::new);
  }

  private CompletionStage<GatewayReply> injectFault(GatewayRequest.InjectFault ask) {
    InjectedFault fault = parse(InjectedFault.class, "fault", ask.fault());
    InjectionTrigger trigger = parse(InjectionTrigger.class, "trigger", ask.trigger());
    byte[] marker = ask.marker() == null ? new byte[0] : ask.marker();
    return asking
        .<DeviceCommand, akka.Done>askStatus(
            device,
            replyTo ->
                new DeviceCommand.ArmFault(
                    ask.deviceId(),
                    fault,
                    trigger,
                    ask.argument(),
                    marker,
                    ask.standing(),
                    replyTo))
        .thenApply(done -> new GatewayReply.FaultArmed());
  }

  private CompletionStage<GatewayReply> clearFaults(GatewayRequest.ClearFaults ask) {
    return asking
        .<DeviceCommand, akka.Done>askStatus(
            device, replyTo -> new DeviceCommand.ClearFaults(ask.deviceId(), replyTo))
        .thenApply(done -> new GatewayReply.FaultArmed());
  }

  private static <E extends Enum<E>> E parse(Class<E> type, String what, String text) {
    try {
      return Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException unknown) {
      String known =
          Arrays.stream(type.getEnumConstants())
              .map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
              .collect(Collectors.joining(", "));
      throw Refusal.of(
          "unknown_" + what, "there is no " + what + " '" + text + "'", "one of: " + known);
    }
  }
}
