package io.mainstay.actors.consistency.check;

import io.mainstay.actors.consistency.check.TransactionFacts.Held;
import io.mainstay.actors.consistency.check.TransactionFacts.Participation;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.actors.transaction.resource.PinPurpose;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.Participants;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is set aside for transactions in the books of the domains and of the workers, against what
 * their participants hold: neither may have what the other does not know of. A participant that did
 * not answer is left out, and so is what it works on.
 */
final class TransactionHoldingCheck implements ConsistencyCheck {
  private static final String HELD = "held";
  private static final String NONE = "none";

  @Override
  public CheckType type() {
    return CheckType.TRANSACTION_HOLDING_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    List<Divergence> found = new ArrayList<>();
    TransactionFacts facts = snapshot.transactions();
    facts.of(Participants.DEVICE).ifPresent(by -> compareDevices(by, facts.devices(), found));
    facts.of(Participants.MEMORY).ifPresent(by -> compareMemory(by, snapshot.ledgers(), found));
    facts.of(Participants.PROCESSING).ifPresent(by -> compareHeap(by, facts, found));
    for (PinPurpose purpose : PinPurpose.values()) {
      facts
          .of(purpose.participant())
          .ifPresent(by -> comparePins(by, purpose, snapshot.models(), found));
    }
    for (DeviceFacts device : snapshot.devices()) {
      facts.of(Participants.worker(device.id())).ifPresent(by -> compareWorker(by, device, found));
    }
    return found;
  }

  private static void compareDevices(
      Participation by, List<DeviceReservation> reserved, List<Divergence> found) {
    for (DeviceReservation each : reserved) {
      if (!by.knows(each.transactionId())) {
        found.add(
            unheld(
                DivergenceKind.DEVICE_WITHOUT_HOLDING,
                each.deviceId(),
                each.transactionId(),
                each.kind().name()));
      }
    }
    for (Held held : by.settled()) {
      if (held.work() instanceof ParticipantWork.ReserveDevice work
          && reserved.stream()
              .noneMatch(
                  each ->
                      each.deviceId().equals(work.deviceId())
                          && each.transactionId().equals(held.transactionId()))) {
        found.add(lost(DivergenceKind.HOLDING_WITHOUT_DEVICE, by, held));
      }
    }
  }

  private static void compareMemory(
      Participation by, List<LedgerView> ledgers, List<Divergence> found) {
    for (LedgerView ledger : ledgers) {
      for (Reservation each : ledger.reservations()) {
        Optional<String> id = MemoryOwners.transactionOf(each.owner());
        if (id.isPresent() && !by.knows(id.get())) {
          found.add(
              new Divergence(
                  DivergenceKind.MEMORY_WITHOUT_HOLDING,
                  ledger.deviceId(),
                  each.owner(),
                  "0",
                  String.valueOf(each.bytes()),
                  ""));
        }
      }
    }
    for (Held held : by.settled()) {
      if (held.work() instanceof ParticipantWork.AllocateMemory work
          && work.bytes() > 0
          && ledgers.stream()
              .anyMatch(
                  ledger ->
                      ledger.deviceId().equals(work.deviceId())
                          && ledger.reservations().stream()
                              .noneMatch(each -> each.owner().equals(work.holder())))) {
        found.add(lost(DivergenceKind.HOLDING_WITHOUT_MEMORY, by, held));
      }
    }
  }

  private static void compareHeap(
      Participation by, TransactionFacts facts, List<Divergence> found) {
    new TreeMap<>(facts.heap())
        .forEach(
            (id, bytes) -> {
              if (!by.knows(id)) {
                found.add(
                    unheld(DivergenceKind.HEAP_WITHOUT_HOLDING, "", id, String.valueOf(bytes)));
              }
            });
    for (Held held : by.settled()) {
      if (held.work() instanceof ParticipantWork.ReserveSession work
          && work.bytes() > 0
          && !facts.heap().containsKey(held.transactionId())) {
        found.add(lost(DivergenceKind.HOLDING_WITHOUT_HEAP, by, held));
      }
    }
  }

  private static void comparePins(
      Participation by, PinPurpose purpose, ModelFacts models, List<Divergence> found) {
    new TreeMap<>(models.held())
        .forEach(
            (holder, pinned) -> {
              if (purpose.names(holder) && !by.knows(purpose.transactionOf(holder))) {
                found.add(
                    unheld(DivergenceKind.PIN_WITHOUT_HOLDING, "", holder, pinned.toString()));
              }
            });
    for (Held held : by.settled()) {
      Set<String> pinned =
          models.held().getOrDefault(purpose.holder(held.transactionId()), Set.of());
      if (!pinned.containsAll(pinnedFor(held.work()))) {
        found.add(lost(DivergenceKind.HOLDING_WITHOUT_PIN, by, held));
      }
    }
  }

  /** Which models a chain of picture operations needs is configured, and not said in its work. */
  private static Set<String> pinnedFor(ParticipantWork work) {
    if (work instanceof ParticipantWork.PrepareModel model) {
      return Set.of(model.modelId());
    }
    return work instanceof ParticipantWork.PrepareInference inference
        ? Set.copyOf(inference.models())
        : Set.of();
  }

  /** One direction only: a load uses up what was reserved for it, while its transaction goes on. */
  private static void compareWorker(Participation by, DeviceFacts device, List<Divergence> found) {
    device
        .settled()
        .ifPresent(
            slot ->
                slot.account()
                    .ifPresent(
                        account ->
                            new TreeMap<>(account.reservations())
                                .forEach(
                                    (id, bytes) -> {
                                      if (!by.knows(id)) {
                                        found.add(
                                            new Divergence(
                                                DivergenceKind.WORKER_BYTES_WITHOUT_HOLDING,
                                                device.id(),
                                                id,
                                                "not held",
                                                String.valueOf(bytes),
                                                String.valueOf(slot.epoch())));
                                      }
                                    })));
  }

  private static Divergence unheld(DivergenceKind kind, String place, String subject, String what) {
    return new Divergence(kind, place, subject, "not held", what, "");
  }

  private static Divergence lost(DivergenceKind kind, Participation by, Held held) {
    return new Divergence(kind, by.participant(), held.transactionId(), HELD, NONE, "");
  }
}
