package io.mainstay.actors.recovery.action.inference;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.recovery.action.Questions;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Devices whose worker takes work, and what there is room for. Of what is not known it is taken
 * that there is room. Immutable.
 *
 * @param devices that serve
 * @param ledgers of their memory, by device
 * @param models of the node, by id
 */
record ServingDevices(
    List<DeviceView> devices, Map<String, LedgerView> ledgers, Map<String, ModelView> models) {
  /** Asks the domains; devices are needed, where the others are silent nothing is known of them. */
  static CompletionStage<ServingDevices> ask(Questions questions) {
    return questions
        .devices()
        .thenCombine(
            questions.ledgers().exceptionally(silent -> List.of()),
            (devices, ledgers) -> of(devices, ledgers, List.of()))
        .thenCombine(
            questions.models().exceptionally(silent -> List.of()),
            (known, models) -> of(known.devices(), List.copyOf(known.ledgers().values()), models));
  }

  /** Of all devices those that serve. */
  static ServingDevices of(
      List<DeviceView> all, List<LedgerView> ledgers, Collection<ModelView> models) {
    return new ServingDevices(
        all.stream().filter(DeviceView::serves).toList(),
        by(ledgers, LedgerView::deviceId),
        by(models, ModelView::id));
  }

  private static <T> Map<String, T> by(Collection<T> all, Function<T, String> id) {
    return all.stream().collect(Collectors.toMap(id, one -> one, (first, second) -> first));
  }

  boolean none() {
    return devices.isEmpty();
  }

  List<String> ids() {
    return devices.stream().map(DeviceView::id).toList();
  }

  /** Whether one of them has all of these, or could if it held nothing else. */
  boolean canHave(Collection<String> wanted) {
    return devices.stream().anyMatch(device -> wanted.stream().allMatch(one -> fits(device, one)));
  }

  private boolean fits(DeviceView device, String modelId) {
    LedgerView ledger = ledgers.get(device.id());
    ModelView model = models.get(modelId);
    return device.models().contains(modelId)
        || ledger == null
        || model == null
        || model.memoryBytes() <= ledger.ownerBytesMax();
  }

  /** The same devices, those with the most free memory first; in their order where it is equal. */
  List<DeviceView> mostFreeFirst() {
    return devices.stream().sorted(Comparator.comparingLong(this::freeBytes).reversed()).toList();
  }

  private long freeBytes(DeviceView device) {
    LedgerView ledger = ledgers.get(device.id());
    return ledger == null ? 0 : ledger.budgetBytes() - ledger.reservedBytes();
  }
}
