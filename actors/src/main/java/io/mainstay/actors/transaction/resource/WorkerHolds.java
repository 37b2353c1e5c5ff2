package io.mainstay.actors.transaction.resource;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.protocol.state.TransactionAcknowledged;
import io.mainstay.protocol.state.TransactionResult;
import io.mainstay.protocol.state.TransactionVote;
import io.mainstay.protocol.state.TransactionWork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a device's worker process holds for transactions, in its own account. A worker that died
 * took its reservations with it: they are made again in its successor, and one that does not fit
 * there any more counts as gone. A worker that does not speak of transactions is left out.
 */
public final class WorkerHolds {
  /** Answer of a confirmed one that its worker keeps. */
  public static final String RESERVED = "reserved";

  /** Answer when the worker does not take part. */
  public static final String LEFT_OUT = "worker_left_out";

  /** Answer when the worker that held it died, and its successor has no room. */
  public static final String GONE = "gone_with_its_worker";

  /** What it understands. Node-local. */
  public sealed interface Command {}

  /** Reserve it; answered once the worker that serves has voted. */
  record Hold(
      String transactionId,
      ParticipantWork.ReserveWorker work,
      ActorRef<StatusReply<String>> replyTo)
      implements Command {}

  /** It is committed; reserved again where the worker is another one by now. */
  record Confirm(
      String transactionId,
      ParticipantWork.ReserveWorker work,
      ActorRef<StatusReply<String>> replyTo)
      implements Command {}

  /** Give it back; harmless if there is nothing. */
  record Free(String transactionId, ActorRef<StatusReply<Done>> replyTo) implements Command {}

  private record Told(DeviceSignal signal) implements Command {}

  private record Voted(String transactionId, long epoch, CallOutcome<TransactionVote> outcome)
      implements Command {}

  private record Committed(
      String transactionId, long epoch, CallOutcome<TransactionAcknowledged> outcome)
      implements Command {}

  private record Freed(
      CallOutcome<TransactionAcknowledged> outcome, ActorRef<StatusReply<Done>> replyTo)
      implements Command {}

  /** One reservation. Confined to the actor. */
  private static final class Entry {
    private final String id;
    private final ParticipantWork.ReserveWorker work;
    private final List<ActorRef<StatusReply<String>>> waiting = new ArrayList<>();
    private boolean commit;
    private boolean held;
    private boolean gone;
    // Of the worker that was asked last, that voted to commit, and that committed; 0 for none.
    private long asked;
    private long prepared;
    private long committed;

    Entry(String id, ParticipantWork.ReserveWorker work) {
      this.id = id;
      this.work = work;
    }

    void answer(StatusReply<String> answer) {
      waiting.forEach(waits -> waits.tell(answer));
      waiting.clear();
    }
  }

  private static final int WAITING_MAX = 8;

  private final ActorContext<Command> ctx;
  private final String deviceId;
  private final Duration limit;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private WorkerPort port;
  private String failed = "";

  private WorkerHolds(ActorContext<Command> ctx, String deviceId, Duration limit) {
    this.ctx = ctx;
    this.deviceId = deviceId;
    this.limit = limit;
  }

  /**
   * Those of one device.
   *
   * @param limit without an outcome for so long the worker drops a reservation by itself
   */
  public static Behavior<Command> create(
      String deviceId, ActorRef<DeviceCommand> devices, Duration limit) {
    return Behaviors.setup(
        ctx -> {
          devices.tell(
              new DeviceCommand.Subscribe(ctx.messageAdapter(DeviceSignal.class, Told::new)));
          return new WorkerHolds(ctx, deviceId, limit).serving();
        });
  }

  private Behavior<Command> serving() {
    return Behaviors.receive(Command.class)
        .onMessage(Hold.class, this::onHold)
        .onMessage(Confirm.class, this::onConfirm)
        .onMessage(Free.class, this::onFree)
        .onMessage(Voted.class, this::onVoted)
        .onMessage(Committed.class, this::onCommitted)
        .onMessage(Freed.class, this::onFreed)
        .onMessage(Told.class, this::onTold)
        .build();
  }

  private Behavior<Command> onHold(Hold hold) {
    take(entries.computeIfAbsent(hold.transactionId(), id -> new Entry(id, hold.work())), hold);
    return Behaviors.same();
  }

  private void take(Entry entry, Hold hold) {
    waitFor(entry, hold.replyTo());
    if (!failed.isEmpty()) {
      refuse(entry, "the device " + deviceId + " has failed: " + failed);
    } else {
      advance(entry);
    }
  }

  private Behavior<Command> onConfirm(Confirm confirm) {
    Entry entry =
        entries.computeIfAbsent(confirm.transactionId(), id -> new Entry(id, confirm.work()));
    entry.commit = true;
    // Voted for before this actor lived, if it is new: then it is not refused, but gone.
    entry.held = true;
    waitFor(entry, confirm.replyTo());
    if (!failed.isEmpty()) {
      isGone(entry, "the device has failed: " + failed);
    } else {
      advance(entry);
    }
    return Behaviors.same();
  }

  /** Those that ask again stop waiting for the first answer. */
  private static void waitFor(Entry entry, ActorRef<StatusReply<String>> replyTo) {
    if (entry.waiting.size() >= WAITING_MAX) {
      entry.waiting.remove(0);
    }
    entry.waiting.add(replyTo);
  }

  private void advance(Entry entry) {
    if (entry.gone) {
      entry.answer(StatusReply.success(GONE));
    } else if (port == null || entry.asked == port.epoch()) {
      return; // A successor, or the answer, is awaited.
    } else if (!port.identity().speaksState()) {
      entry.answer(StatusReply.success(LEFT_OUT));
    } else if (entry.prepared != port.epoch()) {
      long epoch = ask(entry);
      ActorRef<Command> self = ctx.getSelf();
      port.prepare(
          new TransactionWork(entry.id, entry.work.bytes(), entry.work.purpose(), limit),
          outcome -> self.tell(new Voted(entry.id, epoch, outcome)));
    } else if (entry.commit && entry.committed != port.epoch()) {
      long epoch = ask(entry);
      ActorRef<Command> self = ctx.getSelf();
      port.commit(entry.id, outcome -> self.tell(new Committed(entry.id, epoch, outcome)));
    } else {
      entry.answer(StatusReply.success(RESERVED));
    }
  }

  private long ask(Entry entry) {
    entry.asked = port.epoch();
    return entry.asked;
  }

  private Behavior<Command> onVoted(Voted voted) {
    Entry entry = awaiting(voted.transactionId(), voted.epoch());
    if (entry == null) {
      return Behaviors.same();
    }
    if (voted.outcome() instanceof CallOutcome.Done<TransactionVote> done) {
      if (done.value().commit()) {
        entry.held = true;
        entry.prepared = voted.epoch();
        advance(entry);
      } else {
        refused(entry, done.value().reason());
      }
    } else if (voted.outcome() instanceof CallOutcome.Failed<TransactionVote> fault) {
      refused(entry, fault.fault().message());
    }
    // One that is lost is followed by another, which is asked.
    return Behaviors.same();
  }

  private Behavior<Command> onCommitted(Committed committed) {
    Entry entry = awaiting(committed.transactionId(), committed.epoch());
    if (entry == null) {
      return Behaviors.same();
    }
    if (committed.outcome() instanceof CallOutcome.Done<TransactionAcknowledged> done) {
      if (done.value().result() == TransactionResult.COMMITTED) {
        entry.committed = committed.epoch();
        advance(entry);
      } else {
        isGone(entry, done.value().resourceStatus());
      }
    } else if (committed.outcome() instanceof CallOutcome.Failed<TransactionAcknowledged> fault) {
      // It is told again.
      entry.answer(StatusReply.error(refusal(fault.fault().message())));
    }
    return Behaviors.same();
  }

  /** Null when nobody waits for that answer any more. */
  private Entry awaiting(String transactionId, long epoch) {
    Entry entry = entries.get(transactionId);
    if (entry == null || entry.asked != epoch || port == null || port.epoch() != epoch) {
      return null;
    }
    entry.asked = 0;
    return entry;
  }

  private void refused(Entry entry, String reason) {
    if (entry.held) {
      isGone(entry, reason);
    } else {
      refuse(entry, reason);
    }
  }

  private void refuse(Entry entry, String reason) {
    entries.remove(entry.id);
    entry.answer(StatusReply.error(refusal(reason)));
  }

  private void isGone(Entry entry, String reason) {
    entry.gone = true;
    ctx.getLog()
        .warn(
            "reservation gone with its worker transaction={} device={} bytes={} reason={}",
            entry.id,
            deviceId,
            entry.work.bytes(),
            reason);
    entry.answer(StatusReply.success(GONE));
  }

  private Refusal refusal(String reason) {
    return Refusal.of(
        "worker_refused",
        "The worker of " + deviceId + " does not hold it: " + reason,
        "Unload a model, ask for less, or look at 'mainstay devices'");
  }

  private Behavior<Command> onFree(Free free) {
    entries.remove(free.transactionId());
    if (port == null || !port.identity().speaksState()) {
      free.replyTo().tell(StatusReply.success(Done.getInstance()));
    } else {
      ActorRef<Command> self = ctx.getSelf();
      // Behind a prepare that is on its way still: the worker takes them in order.
      port.abort(free.transactionId(), outcome -> self.tell(new Freed(outcome, free.replyTo())));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onFreed(Freed freed) {
    StatusReply<Done> answer = StatusReply.success(Done.getInstance());
    if (freed.outcome() instanceof CallOutcome.Done<TransactionAcknowledged> done
        && done.value().result() == TransactionResult.COMMITTED) {
      answer = StatusReply.error(refusal(done.value().resourceStatus()));
    } else if (freed.outcome() instanceof CallOutcome.Failed<TransactionAcknowledged> fault) {
      answer = StatusReply.error(refusal(fault.fault().message()));
    }
    freed.replyTo().tell(answer);
    return Behaviors.same();
  }

  private Behavior<Command> onTold(Told told) {
    DeviceSignal signal = told.signal();
    if (!signal.deviceId().equals(deviceId)) {
      return Behaviors.same();
    }
    if (signal instanceof DeviceSignal.WorkerUp up) {
      port = up.port();
      failed = "";
      List.copyOf(entries.values()).forEach(this::advance);
    } else if (signal instanceof DeviceSignal.WorkerDown down
        && port != null
        && port.epoch() == down.epoch()) {
      port = null;
    } else if (signal instanceof DeviceSignal.DeviceFailed fails) {
      port = null;
      failed = fails.reason();
      for (Entry entry : List.copyOf(entries.values())) {
        refused(entry, "the device has failed: " + failed);
      }
    }
    return Behaviors.same();
  }
}
