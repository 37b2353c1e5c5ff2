package io.mainstay.actors.transaction;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.outage.OutageNotice;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.ParticipantCommand.Prepare;
import io.mainstay.persistence.transaction.Vote;
import java.util.function.Consumer;

/**
 * Holds prepares back while their device is out of reach. They go on when it is thawed, and are
 * refused when that takes too long or the device is given up. Confined to the {@code
 * TransactionSupervisor}.
 */
final class PrepareGate {
  private final TimerScheduler<TransactionCommand> timers;
  private final ParticipationSettings settings;
  private final FrozenDevices devices;
  private final Consumer<ParticipantCommand> next;

  /**
   * @param next takes what may go on
   */
  PrepareGate(
      TimerScheduler<TransactionCommand> timers,
      ParticipationSettings settings,
      Consumer<ParticipantCommand> next) {
    this.timers = timers;
    this.settings = settings;
    this.devices = new FrozenDevices(settings.frozenMax());
    this.next = next;
  }

  /** Lets it through, has it wait, or refuses it. */
  void pass(ParticipantCommand command) {
    FrozenDevices.Key key = FrozenDevices.Key.of(command);
    if (!(command instanceof Prepare prepare)) {
      // Its transaction is decided: what waited is not wanted any more.
      devices.take(key);
      timers.cancel(key);
      next.accept(command);
      return;
    }
    switch (devices.admit(prepare)) {
      case GOES -> next.accept(prepare);
      case WAITS ->
          timers.startSingleTimer(
              key, new TransactionCommand.FrozenWaitOver(key), settings.frozenWait());
      case FULL ->
          refuse(
              prepare,
              settings.frozenMax()
                  + " prepares wait for devices that are out of reach, the most that"
                  + " mainstay.transaction.frozen-max allows",
              "Try again later, or raise mainstay.transaction.frozen-max");
    }
  }

  /** Follows the devices. */
  void on(OutageNotice notice) {
    String deviceId = notice.deviceId();
    if (notice instanceof OutageNotice.Frozen frozen) {
      devices.freeze(deviceId);
      // Bounded whatever becomes of who said so.
      timers.startSingleTimer(
          timer(deviceId),
          new TransactionCommand.Outage(new OutageNotice.Thawed(deviceId, false)),
          frozen.longest());
    } else if (notice instanceof OutageNotice.Thawed thawed) {
      timers.cancel(timer(deviceId));
      devices.thaw(deviceId).forEach(prepare -> leave(prepare, thawed.failover()));
    }
  }

  private void leave(Prepare prepare, boolean failover) {
    timers.cancel(FrozenDevices.Key.of(prepare));
    if (failover) {
      refuse(
          prepare,
          "the device " + device(prepare) + " did not come back and is given up for now",
          "Use another device; 'mainstay alerts' says when it serves again");
    } else {
      next.accept(prepare);
    }
  }

  /** Its device is frozen still. */
  void waitOver(FrozenDevices.Key key) {
    devices
        .take(key)
        .ifPresent(
            prepare ->
                refuse(
                    prepare,
                    "the device "
                        + device(prepare)
                        + " is out of reach and its state is frozen; the prepare of "
                        + prepare.participant()
                        + " waited "
                        + settings.frozenWait().toMillis()
                        + " ms, the most that mainstay.transaction.frozen-wait allows",
                    "Try again when 'mainstay devices' shows it serving, or use another device"));
  }

  private static void refuse(Prepare prepare, String message, String remedy) {
    ActorRef<Vote> coordinator = prepare.replyTo();
    coordinator.tell(
        Vote.abort(
            prepare.transactionId(), prepare.participant(), OutageNotice.FROZEN, message, remedy));
  }

  private static String device(Prepare prepare) {
    return FrozenDevices.device(prepare.work()).orElse("");
  }

  private static String timer(String deviceId) {
    return "thaw " + deviceId;
  }
}
