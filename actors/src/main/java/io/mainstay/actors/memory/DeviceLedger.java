package io.mainstay.actors.memory;

import akka.Done;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.memory.MemoryCommand.Correct;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.memory.MemoryCommand.Release;
import io.mainstay.actors.memory.MemoryCommand.Reserve;
import io.mainstay.actors.memory.MemoryCommand.Settle;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.actors.state.source.NodeTelling;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps the {@link Ledger} of one device. Each decision is put into the book before it is answered,
 * and the book belongs to the supervisor: a restarted ledger goes on from its last decision and
 * never grants the same room twice.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MEMORY,
    group = "coordination",
    fields = "allocation-requests")
final class DeviceLedger {
  /** What it is told; the supervisor forwards by device id. */
  sealed interface Command {}

  record Ask(Reserve reserve) implements Command {}

  record GiveBack(Release release) implements Command {}

  record Measured(Settle settle) implements Command {}

  record PutRight(Correct correct) implements Command {}

  record Rebudget(long budgetBytes, long arenaBytesMax) implements Command {}

  private final ActorContext<Command> context;
  private final AtomicReference<Ledger> book;
  private final NodeTelling telling;

  private DeviceLedger(ActorContext<Command> context, AtomicReference<Ledger> book) {
    this.context = context;
    this.telling = NodeTelling.of(context.getSystem());
    this.book = book;
  }

  static Behavior<Command> create(AtomicReference<Ledger> book) {
    return Behaviors.setup(context -> new DeviceLedger(context, book).keeping());
  }

  private Behavior<Command> keeping() {
    return Behaviors.receive(Command.class)
        .onMessage(Ask.class, this::onAsk)
        .onMessage(GiveBack.class, this::onGiveBack)
        .onMessage(Measured.class, this::onMeasured)
        .onMessage(PutRight.class, this::onPutRight)
        .onMessage(Rebudget.class, this::onRebudget)
        .build();
  }

  private Behavior<Command> onAsk(Ask ask) {
    Reserve asked = ask.reserve();
    if (asked.bytes() < 0) {
      asked
          .replyTo()
          .tell(
              StatusReply.error(
                  MemoryRefusals.invalid(asked.deviceId(), asked.owner(), asked.bytes())));
      return Behaviors.same();
    }
    Ledger.Decision decision = book.get().reserve(asked.owner(), asked.bytes());
    if (decision instanceof Ledger.Granted granted) {
      tellOf(asked.owner(), granted.next());
      book.set(granted.next());
      asked.replyTo().tell(StatusReply.success(granted.reservation()));
    } else if (decision instanceof Ledger.Refused refused) {
      context.getLog().info("reservation refused reason={}", refused.refusal().getMessage());
      FaultVoice.of(context.getSystem())
          .raise(
              "memory/" + asked.deviceId(),
              Recognised.of(
                  ErrorNames.DEVICE_MEMORY_ALLOCATION_FAILURE, refused.refusal().getMessage()),
              null);
      asked.replyTo().tell(StatusReply.error(refused.refusal()));
    }
    return Behaviors.same();
  }

  private Behavior<Command> onGiveBack(GiveBack giveBack) {
    Ledger released = book.get().release(giveBack.release().owner());
    tellOf(giveBack.release().owner(), released);
    book.set(released);
    giveBack.release().replyTo().tell(Done.getInstance());
    return Behaviors.same();
  }

  private Behavior<Command> onMeasured(Measured measured) {
    Settle settle = measured.settle();
    Ledger next = book.get().settle(settle.owner(), settle.measuredBytes());
    tellOf(settle.owner(), next);
    book.set(next);
    warnIfOver(next);
    return Behaviors.same();
  }

  private Behavior<Command> onPutRight(PutRight putRight) {
    Correct correct = putRight.correct();
    Ledger next = book.get().corrected(correct.owner(), correct.expectedBytes(), correct.bytes());
    book.set(next);
    warnIfOver(next);
    correct.replyTo().tell(Done.getInstance());
    return Behaviors.same();
  }

  private Behavior<Command> onRebudget(Rebudget rebudget) {
    Ledger next = book.get().withBudget(rebudget.budgetBytes(), rebudget.arenaBytesMax());
    book.set(next);
    warnIfOver(next);
    return Behaviors.same();
  }

  /** Told only where it is another amount than before. */
  private void tellOf(String owner, Ledger next) {
    long before = book.get().reservations().getOrDefault(owner, 0L);
    long now = next.reservations().getOrDefault(owner, 0L);
    if (now != before) {
      telling.allocated(next.deviceId(), owner, now, next.freeBytes());
    }
  }

  private void warnIfOver(Ledger ledger) {
    if (ledger.reservedBytes() > ledger.budgetBytes()) {
      LedgerView view = ledger.view();
      context
          .getLog()
          .warn(
              "memory above budget device={} budgetBytes={} reservedBytes={}",
              view.deviceId(),
              view.budgetBytes(),
              view.reservedBytes());
    }
  }
}
