package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.protocol.WorkerBlame;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what happens to a device, each event naming the one that led to it. Owned by the device's
 * actor; writing waits for nothing.
 */
final class DeviceJournal {
  private static final int TAIL_CHARACTERS_MAX = 4_000;

  private final EventStamper stamper;
  private final ActorRef<EventMeta> durable;
  private ActorRef<HistoryLog.Command<DeviceEvent>> log;

  /**
   * The last event of each seat whose story is open: the cause of its next one. A seat whose worker
   * is ready has none: what befalls that worker later followed from nothing before.
   */
  private final Map<SlotEvent.Seat, EventMeta> last = new EnumMap<>(SlotEvent.Seat.class);

  /** The worker that was to be ended last, and what led to that; null if none was. */
  private ToEnd toEnd;

  private record ToEnd(long epoch, EventMeta cause) {}

  /**
   * @param durable told of deaths and failures once they are durable
   */
  DeviceJournal(
      ActorRef<HistoryLog.Command<DeviceEvent>> log,
      EventStamper stamper,
      ActorRef<EventMeta> durable) {
    this.log = log;
    this.stamper = stamper;
    this.durable = durable;
  }

  /** The log was started again. */
  void use(ActorRef<HistoryLog.Command<DeviceEvent>> startedAgain) {
    log = startedAgain;
  }

  void registered(DeviceDefinition device) {
    EventMeta meta = stamper.root();
    for (SlotEvent.Seat seat : SlotEvent.Seat.values()) {
      last.put(seat, meta);
    }
    write(
        new DeviceEvent.DeviceRegistered(
            meta, device.id(), device.backend(), device.threads(), device.memoryBudgetBytes()));
  }

  void launched(SlotEvent.Launched event, String role) {
    write(new DeviceEvent.WorkerLaunched(next(event.seat()), event.epoch(), event.pid(), role));
  }

  void ready(SlotEvent.Greeted event) {
    WorkerIdentity who = event.identity();
    write(
        new DeviceEvent.WorkerReady(
            next(event.seat()),
            event.epoch(),
            who.pid(),
            event.helloMillis(),
            who.backend()
                + " "
                + who.backendVersion()
                + ", worker "
                + who.workerVersion()
                + ", "
                + who.deviceKind()
                + ", threads "
                + who.threads()));
    last.remove(event.seat());
  }

  /** Returns the event's identity. */
  EventMeta suspected(SlotEvent.Suspected event) {
    EventMeta meta = next(event.seat());
    write(
        new DeviceEvent.WorkerSuspected(meta, event.epoch(), event.reason(), event.silentMillis()));
    return meta;
  }

  void cleared(SlotEvent.Cleared event) {
    write(new DeviceEvent.WorkerCleared(next(event.seat()), event.epoch()));
    last.remove(event.seat());
  }

  /**
   * That worker is asked to end: its end follows that.
   *
   * @param cause of the asking, or null
   */
  void toEnd(long epoch, EventMeta cause) {
    toEnd = cause == null ? null : new ToEnd(epoch, cause);
  }

  /** Returns the event's identity; {@code durable} is told when it is written. */
  EventMeta died(SlotEvent.Seat seat, DeathReport report, int inFlight) {
    if (toEnd != null && toEnd.epoch() == report.epoch()) {
      if (report.cause() == DeathReport.DeathCause.STOPPED) {
        last.put(seat, toEnd.cause());
      }
      toEnd = null;
    }
    EventMeta meta = next(seat);
    String tail = String.join("\n", report.stderrTail());
    log.tell(
        new HistoryLog.Record<>(
            new DeviceEvent.WorkerDied(
                meta,
                report.epoch(),
                report.pid(),
                lower(report.cause()),
                lower(report.noticedBy()),
                report.exitCode(),
                report.signal(),
                report.lastFrame(),
                tail.substring(Math.max(0, tail.length() - TAIL_CHARACTERS_MAX)),
                inFlight,
                report.detail()),
            durable));
    return meta;
  }

  /** The worker is started again, because of that error. */
  void restarting(
      SlotEvent.Seat seat, DeathReport report, Optional<Recognised> sign, Duration delay) {
    write(
        new DeviceEvent.DirectiveApplied(
            next(seat),
            "restart",
            sign.map(Recognised::error).orElse(ErrorNames.WORKER_PROCESS_DIED).code(),
            lower(sign.flatMap(Recognised::blame).orElse(WorkerBlame.WORKER))));
    write(new DeviceEvent.RestartScheduled(next(seat), delay.toMillis(), lower(report.cause())));
  }

  /** Returns the event's identity; {@code durable} is told when it is written. */
  EventMeta spent(SlotEvent.Seat seat, int deaths, Duration period) {
    EventMeta meta = next(seat);
    log.tell(
        new HistoryLog.Record<>(
            new DeviceEvent.BudgetSpent(meta, deaths, period.toMillis()), durable));
    return meta;
  }

  void recovered(EventMeta death, long epoch, long recoveryMillis) {
    write(new DeviceEvent.WorkerRecovered(stamper.causedBy(death), epoch, recoveryMillis));
  }

  private EventMeta next(SlotEvent.Seat seat) {
    EventMeta before = last.get(seat);
    EventMeta meta = before == null ? stamper.root() : stamper.causedBy(before);
    last.put(seat, meta);
    return meta;
  }

  private void write(DeviceEvent event) {
    log.tell(HistoryLog.Record.of(event));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
