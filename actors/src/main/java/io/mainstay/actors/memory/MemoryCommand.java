package io.mainstay.actors.memory;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.persistence.serialization.WireMessage;
import io.mainstay.protocol.PressureLevel;
import java.util.List;

/** What other domains ask of the memory domain; handled by {@code MemorySupervisor}. Node-local. */
public sealed interface MemoryCommand {
  /** A device with its budget in bytes; told again it changes the budget. */
  record RegisterDevice(String deviceId, long budgetBytes) implements MemoryCommand {}

  /**
   * Sets bytes of a device aside. Idempotent by owner: the same owner asking again for the same
   * gets the same. Refused with an error that names what is asked, free and held, and the setting
   * to change (a {@code Refusal} with the code {@code device_memory_allocation_failure}). The
   * device id {@code host} is the host's own ledger.
   *
   * @param owner such as {@code model:all-minilm-l6-v2-q}
   */
  record Reserve(
      String deviceId, String owner, long bytes, ActorRef<StatusReply<Reservation>> replyTo)
      implements MemoryCommand {}

  /** Gives back whatever that owner holds on that device. Idempotent. */
  record Release(String deviceId, String owner, ActorRef<Done> replyTo) implements MemoryCommand {}

  /** The measured size replaces the estimate, such as after a load. */
  record Settle(String deviceId, String owner, long measuredBytes) implements MemoryCommand {}

  /**
   * What an owner really has replaces what the ledger says, whatever the budget; for repairs by who
   * knows. Does nothing if the ledger says something else by now.
   *
   * @param expectedBytes what the ledger said when it was found wrong; 0 for nothing
   * @param bytes what is right; 0 to release it
   */
  record Correct(
      String deviceId, String owner, long expectedBytes, long bytes, ActorRef<Done> replyTo)
      implements MemoryCommand {}

  /** The ledger of a device is gone, with all that it knew: a fault to be found. */
  record LoseLedger(String deviceId) implements MemoryCommand {}

  /** All ledgers. */
  record ListLedgers(ActorRef<LedgerList> replyTo) implements MemoryCommand {}

  /** All ledgers, each with the pressure that its use means now. */
  record RateLedgers(ActorRef<RatedLedgers> replyTo) implements MemoryCommand {}

  /**
   * From now on the subscriber hears every change of pressure; first the present level of every
   * memory that is under any.
   */
  record SubscribePressure(ActorRef<PressureSignal> subscriber) implements MemoryCommand {}

  /** Granted room. */
  record Reservation(String deviceId, String owner, long bytes) implements WireMessage {}

  /**
   * One device's ledger.
   *
   * @param ownerBytesMax most that one owner may hold, if nobody else holds anything
   */
  record LedgerView(
      String deviceId,
      long budgetBytes,
      long ownerBytesMax,
      long reservedBytes,
      List<Reservation> reservations)
      implements WireMessage {
    public LedgerView {
      reservations = List.copyOf(reservations);
    }
  }

  /**
   * One ledger and the pressure on its memory.
   *
   * @param usedFraction share of the budget that is reserved, above 1 where measurements exceed it
   */
  record RatedLedger(LedgerView ledger, double usedFraction, PressureLevel pressure) {}

  /** Reply to {@link RateLedgers}. */
  record RatedLedgers(List<RatedLedger> ledgers) {
    public RatedLedgers {
      ledgers = List.copyOf(ledgers);
    }
  }

  /** Reply to {@link ListLedgers}. */
  record LedgerList(List<LedgerView> ledgers) {
    public LedgerList {
      ledgers = List.copyOf(ledgers);
    }
  }
}
