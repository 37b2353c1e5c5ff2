package io.mainstay.actors.recovery.action.device;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.degradation.DeviceUse;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.relief.ReliefSettings;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Looks whether devices that failed serve again, whatever recovery they failed in, and whether the
 * modes let them be used: then they get the models that they had. What cannot be loaded then is
 * loaded when somebody asks for it.
 */
public final class ReturnedDevices {
  private sealed interface Heard {}

  private record Look() implements Heard {}

  private record Seen(List<DeviceView> devices, Throwable failure) implements Heard {}

  private record GivenBack(String deviceId, DeviceFloor.Loads loads, Throwable failure)
      implements Heard {}

  private final ActorContext<Heard> ctx;
  private final TimerScheduler<Heard> timers;
  private final ReliefSettings settings;
  private final DeviceFloor devices;
  private final FailedDevices failed;

  private ReturnedDevices(
      ActorContext<Heard> ctx,
      TimerScheduler<Heard> timers,
      ReliefSettings settings,
      DeviceFloor devices,
      FailedDevices failed) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.devices = devices;
    this.failed = failed;
    lookLater();
  }

  /** The watch of a node; once per node. */
  public static Behavior<Void> create(
      ReliefSettings settings, ActionFloor floor, FailedDevices failed) {
    return Behaviors.<Heard>setup(
            ctx ->
                Behaviors.withTimers(
                    timers ->
                        new ReturnedDevices(ctx, timers, settings, new DeviceFloor(floor), failed)
                            .watching()))
        .unsafeCast();
  }

  private Behavior<Heard> watching() {
    return Behaviors.receive(Heard.class)
        .onMessage(Look.class, look -> onLook())
        .onMessage(Seen.class, this::onSeen)
        .onMessage(GivenBack.class, this::onGivenBack)
        .build();
  }

  private void lookLater() {
    timers.startSingleTimer(new Look(), settings.lookInterval());
  }

  private Behavior<Heard> onLook() {
    if (failed.devices().isEmpty()) {
      lookLater();
    } else {
      // The domains may not be there yet: then it fails, and the next look asks again.
      ctx.pipeToSelf(
          CompletableFuture.completedStage(devices).thenCompose(DeviceFloor::all), Seen::new);
    }
    return Behaviors.same();
  }

  private Behavior<Heard> onSeen(Seen seen) {
    lookLater();
    if (seen.failure() != null) {
      ctx.getLog().warn("devices that failed not seen cause={}", seen.failure().toString());
      return Behaviors.same();
    }
    for (DeviceView device : seen.devices()) {
      if (device.serves() && DeviceUse.LOADING.may(InForce.on(ctx.getSystem()), device.id())) {
        giveBack(device.id(), failed.back(device.id()));
      }
    }
    return Behaviors.same();
  }

  private void giveBack(String deviceId, Set<String> models) {
    if (!models.isEmpty()) {
      ctx.pipeToSelf(
          devices.load(models, deviceId, settings.giveBackWithin()),
          (loads, failure) -> new GivenBack(deviceId, loads, failure));
    }
  }

  private Behavior<Heard> onGivenBack(GivenBack given) {
    if (given.failure() == null && given.loads().failed().isEmpty()) {
      ctx.getLog()
          .info("device has what it had device={} {}", given.deviceId(), given.loads().text());
    } else {
      ctx.getLog()
          .warn(
              "device has not all that it had; models are loaded when somebody asks device={}"
                  + " cause={}",
              given.deviceId(),
              given.failure() == null ? given.loads().text() : given.failure().toString());
    }
    return Behaviors.same();
  }
}
