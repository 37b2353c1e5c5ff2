package io.mainstay.actors.consistency.check;

import io.mainstay.actors.consistency.check.DeviceFacts.SlotFacts;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import io.mainstay.actors.memory.MemoryOwners;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the model domain, the ledger and the device say is loaded, against the worker itself. */
final class ModelCacheCheck implements ConsistencyCheck {
  private final Tolerance tolerance;

  ModelCacheCheck(Tolerance tolerance) {
    this.tolerance = tolerance;
  }

  @Override
  public CheckType type() {
    return CheckType.MODEL_CACHE_VRAM_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    List<Divergence> found = new ArrayList<>();
    for (DeviceFacts device : snapshot.devices()) {
      device.settled().ifPresent(slot -> compare(snapshot, device, slot, found));
    }
    return found;
  }

  private void compare(
      NodeSnapshot snapshot, DeviceFacts device, SlotFacts slot, List<Divergence> found) {
    String stamp = "epoch " + slot.epoch();
    Set<String> has = slot.models().keySet();
    compareResidences(snapshot, device, has, stamp, found);
    if (!device.publishedModels().equals(has)) {
      found.add(
          new Divergence(
              DivergenceKind.PUBLISHED_MODELS,
              device.id(),
              device.id(),
              new TreeSet<>(has).toString(),
              new TreeSet<>(device.publishedModels()).toString(),
              stamp));
    }
    Map<String, Long> reserved = reserved(snapshot, device.id());
    new TreeMap<>(slot.models())
        .forEach(
            (model, measured) -> {
              String owner = MemoryOwners.ofModel(model);
              Long bytes = reserved.get(owner);
              if (bytes == null) {
                found.add(
                    new Divergence(
                        DivergenceKind.MODEL_WITHOUT_RESERVATION,
                        device.id(),
                        owner,
                        // What cannot be measured is there all the same.
                        String.valueOf(Math.max(1, measured)),
                        "none",
                        stamp));
              } else if (measured > 0 && !tolerance.accepts(bytes, measured)) {
                found.add(
                    new Divergence(
                        DivergenceKind.RESERVATION_SIZE,
                        device.id(),
                        owner,
                        String.valueOf(measured),
                        String.valueOf(bytes),
                        stamp));
              }
            });
  }

  private static void compareResidences(
      NodeSnapshot snapshot,
      DeviceFacts device,
      Set<String> has,
      String stamp,
      List<Divergence> found) {
    Map<String, String> believed = new TreeMap<>();
    for (ModelFacts.Residence residence : snapshot.models().residences()) {
      if (residence.deviceId().equals(device.id())) {
        believed.put(residence.modelId(), residence.state());
      }
    }
    believed.forEach(
        (model, state) -> {
          boolean there = state.equals("loaded") || state.equals("recovering");
          if (there && !has.contains(model)) {
            found.add(
                new Divergence(
                    DivergenceKind.RESIDENCE_WITHOUT_MODEL,
                    device.id(),
                    model,
                    "absent",
                    state,
                    stamp));
          }
        });
    Set<String> unknown = new HashSet<>(has);
    believed.forEach(
        (model, state) -> {
          if (state.equals("loaded") || state.equals("loading")) {
            unknown.remove(model);
          }
        });
    for (String model : new TreeSet<>(unknown)) {
      found.add(
          new Divergence(
              DivergenceKind.MODEL_WITHOUT_RESIDENCE,
              device.id(),
              model,
              "loaded",
              believed.getOrDefault(model, "absent"),
              stamp));
    }
  }

  private static Map<String, Long> reserved(NodeSnapshot snapshot, String deviceId) {
    Map<String, Long> reserved = new HashMap<>();
    for (LedgerView ledger : snapshot.ledgers()) {
      if (ledger.deviceId().equals(deviceId)) {
        for (Reservation reservation : ledger.reservations()) {
          reserved.put(reservation.owner(), reservation.bytes());
        }
      }
    }
    return reserved;
  }
}
