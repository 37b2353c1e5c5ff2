package io.mainstay.actors.consistency.check;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who is sent work, and who holds turns and heap for it, against who lives. */
final class WorkResourceCheck implements ConsistencyCheck {
  @Override
  public CheckType type() {
    return CheckType.PROCESSING_INFERENCE_RESOURCE_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    List<Divergence> found = new ArrayList<>();
    for (DeviceFacts device : snapshot.devices()) {
      device.settled().ifPresent(slot -> compareSeat(snapshot, device.id(), slot, found));
    }
    WorkFacts work = snapshot.work();
    for (WorkFacts.TurnFacts turn : work.turns()) {
      if (!work.runners().contains(turn.sessionId())) {
        found.add(
            new Divergence(
                DivergenceKind.TURN_WITHOUT_RUNNER,
                "",
                turn.turnId(),
                "no runner of session " + turn.sessionId(),
                "held",
                ""));
      }
    }
    new TreeMap<>(work.heap())
        .forEach(
            (session, bytes) -> {
              if (!work.runners().contains(session)) {
                found.add(
                    new Divergence(
                        DivergenceKind.HEAP_WITHOUT_RUNNER,
                        "",
                        session,
                        "0",
                        String.valueOf(bytes),
                        ""));
              }
            });
    return found;
  }

  private static void compareSeat(
      NodeSnapshot snapshot, String deviceId, DeviceFacts.SlotFacts slot, List<Divergence> found) {
    WorkFacts.SeatFacts seat =
        snapshot.work().seats().stream()
            .filter(each -> each.deviceId().equals(deviceId))
            .findFirst()
            .orElse(null);
    if (seat == null || seat.epoch() != slot.epoch() || !seat.standing().equals("up")) {
      found.add(
          new Divergence(
              DivergenceKind.SEAT_EPOCH,
              deviceId,
              deviceId,
              "up " + slot.epoch(),
              seat == null ? "none" : seat.standing() + " " + seat.epoch(),
              ""));
    } else if (!seat.models().equals(slot.models().keySet())) {
      found.add(
          new Divergence(
              DivergenceKind.SEAT_MODELS,
              deviceId,
              deviceId,
              new TreeSet<>(slot.models().keySet()).toString(),
              new TreeSet<>(seat.models()).toString(),
              "epoch " + slot.epoch()));
    }
  }
}
