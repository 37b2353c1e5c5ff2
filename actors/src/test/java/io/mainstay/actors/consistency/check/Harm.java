package io.mainstay.actors.consistency.check;

import static io.mainstay.actors.consistency.check.ConsistentNode.device;
import static io.mainstay.actors.consistency.check.ConsistentNode.epoch;
import static io.mainstay.actors.consistency.check.ConsistentNode.model;
import static io.mainstay.actors.consistency.check.ConsistentNode.path;
import static io.mainstay.actors.consistency.check.ConsistentNode.pid;
import static io.mainstay.actors.consistency.check.ConsistentNode.process;

import io.mainstay.actors.consistency.check.JournalFacts.Going;
import io.mainstay.actors.consistency.check.SystemFacts.ArenaFile;
import io.mainstay.actors.consistency.check.SystemFacts.ArenaName;
import io.mainstay.actors.consistency.check.SystemFacts.ModelFile;
import io.mainstay.actors.consistency.check.SystemFacts.WorkerProcess;
import io.mainstay.actors.consistency.check.TransactionFacts.Held;
import io.mainstay.actors.consistency.check.TransactionFacts.Participation;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.actors.transaction.resource.PinPurpose;
import io.mainstay.persistence.transaction.Owners;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** One way to make each kind of divergence in a {@link ConsistentNode}, and nothing else. */
final class Harm {
  private Harm() {}

  static void doHarm(ConsistentNode node, DivergenceKind kind, int number, Random random) {
    int index = random.nextInt(ConsistentNode.DEVICES);
    String device = device(index);
    String model = model(random.nextInt(ConsistentNode.MODELS));
    String ghost = "ghost-" + number;
    WorkerProcess worker = process(index);
    switch (kind) {
      case LEDGER_MISSING -> {
        // One that is empty: what it had is another kind of divergence.
        device = device(1); // Of which the transaction's memory is not.
        node.workerModels.get(device).clear();
        node.accounts.put(device, account(node, device, Map.of()));
        node.published.get(device).clear();
        node.residences.get(device).clear();
        node.seats.get(device).clear();
        node.budgets.remove(device);
      }
      case LEDGER_BUDGET -> node.budgets.put(device, 1L + random.nextInt(1 << 20));
      case RESERVATION_WITHOUT_MODEL ->
          node.ledgers.get(device).put(MemoryOwners.ofModel(ghost), 1L + random.nextInt(1 << 20));
      case RESERVATION_WITHOUT_WORKER ->
          node.ledgers
              .get(device)
              .put(
                  MemoryOwners.ofWorker(epoch(index) + 100 + number, "growth"),
                  1L + random.nextInt(1 << 20));
      case MODEL_WITHOUT_RESERVATION ->
          node.ledgers.get(device).remove(MemoryOwners.ofModel(model));
      case RESERVATION_SIZE ->
          node.ledgers
              .get(device)
              .put(
                  MemoryOwners.ofModel(model),
                  ConsistentNode.MODEL_BYTES * 3 + random.nextInt(1 << 20));
      case RESIDENCE_WITHOUT_MODEL -> node.residences.get(device).add(ghost);
      case MODEL_WITHOUT_RESIDENCE -> node.residences.get(device).remove(model);
      case PUBLISHED_MODELS -> node.published.get(device).add(ghost);
      case SEAT_EPOCH -> node.seatEpochs.put(device, epoch(index) + 100);
      case SEAT_MODELS -> node.seats.get(device).remove(model);
      case TURN_WITHOUT_RUNNER ->
          node.turns.add(new WorkFacts.TurnFacts(ghost + "/1/2", ghost, ""));
      case HEAP_WITHOUT_RUNNER -> node.heap.put(ghost, 1L + random.nextInt(1 << 20));
      case LEASES_WITHOUT_CALL -> node.leases.put(device, 1 + random.nextInt(9));
      case MAPPING_WITHOUT_WORKER ->
          node.mappings.add(new ArenaName(ConsistentNode.HOST, device, 1));
      case SLOT_WITHOUT_PROCESS -> node.processes.removeIf(each -> each.pid() == pid(index));
      case PROCESS_GROUP -> replace(node, worker, with(worker, 1, worker.epoch(), 500L << 20));
      case PROCESS_EPOCH ->
          replace(node, worker, with(worker, worker.group(), 1, worker.residentBytes()));
      case WORKER_WITHOUT_SLOT ->
          node.processes.add(
              new WorkerProcess(9_000 + number, 9_000, 1, 1, ConsistentNode.HOST, device, 3));
      case WORKER_WITHOUT_HOST ->
          node.processes.add(new WorkerProcess(9_000 + number, 9_000, 1, 1, 77, device, 3));
      case RESIDENT_BYTES ->
          replace(node, worker, with(worker, worker.group(), worker.epoch(), 1L << 20));
      case RESIDENT_ABOVE_BUDGET ->
          // Which also is far from what the worker said.
          replace(node, worker, with(worker, worker.group(), worker.epoch(), 8L << 30));
      case FILE_WITHOUT_ARENA ->
          node.files.add(
              new ArenaFile("/dev/shm/" + ghost, new ArenaName(ConsistentNode.HOST, "", 0)));
      case FILE_WITHOUT_HOST ->
          node.files.add(new ArenaFile("/dev/shm/" + ghost, new ArenaName(78, device, 2)));
      case DESCRIPTOR_ON_ARENA -> node.descriptors.add("33 /dev/shm/mainstay-" + number);
      case MODEL_FILE_MISSING -> node.modelFiles.put(path(0), new ModelFile(false, 0, ""));
      case MODEL_FILE_CONTENT ->
          node.modelFiles.put(
              path(1),
              random.nextBoolean()
                  ? new ModelFile(true, ConsistentNode.MODEL_BYTES, "cd")
                  : new ModelFile(true, 5, ""));
      case SESSION_FORGOTTEN -> node.durable.add(ghost);
      case SESSION_OVER -> node.open.add(ghost);
      case TRANSACTION_FORGOTTEN ->
          node.openTransactions.put(ghost, new Going(Duration.ZERO, false));
      case TRANSACTION_STALLED ->
          node.openTransactions.put(ConsistentNode.WORKING, new Going(ConsistentNode.LONG, false));
      case HOLDING_WITHOUT_TRANSACTION ->
          alter(
              node,
              random,
              held -> List.of(held, of(held, ghost, false, random.nextBoolean())),
              ConsistentNode.EARLIER);
      case HOLDING_UNCOMMITTED ->
          alter(
              node,
              random,
              held -> List.of(of(held, held.transactionId(), held.inPlace(), false)),
              ConsistentNode.TRANSACTION);
      case TRANSACTION_WITHOUT_HOLDING ->
          alter(node, random, held -> List.of(), ConsistentNode.EARLIER);
      case HOLDING_WITHOUT_WORKER_BYTES -> {
        WorkerAccount said = node.accounts.get(device);
        node.accounts.put(
            device, new WorkerAccount(said.models(), said.accountedBytes(), Map.of(), 1, 64 << 20));
      }
      case TRANSACTION_WITHOUT_SAGA ->
          node.standing.put(
              ghost, new JournalFacts.Standing(Owners.load(ghost), Map.of(), ConsistentNode.LONG));
      case SAGA_FORGOTTEN -> node.openSagas.put(ghost, new Going(Duration.ZERO, false));
      case SAGA_STALLED ->
          node.openSagas.put(ConsistentNode.SAGA, new Going(ConsistentNode.LONG, false));
      case LEASE_WITHOUT_SAGA -> node.loadLeases.put(device, ghost);
      case DEVICE_WITHOUT_HOLDING ->
          node.reserved.add(ConsistentNode.reservation(device(2), ghost));
      case MEMORY_WITHOUT_HOLDING ->
          node.ledgers
              .get(device)
              .put(MemoryOwners.ofTransaction(ghost), 1L + random.nextInt(1 << 20));
      case HEAP_WITHOUT_HOLDING -> node.transactionHeap.put(ghost, 1L + random.nextInt(1 << 20));
      case PIN_WITHOUT_HOLDING -> node.pins.put(purpose(random).holder(ghost), Set.of(model));
      case WORKER_BYTES_WITHOUT_HOLDING -> {
        WorkerAccount said = node.accounts.get(device);
        Map<String, Long> reserved = new HashMap<>(said.reservations());
        reserved.put(ghost, 7L);
        node.accounts.put(
            device,
            new WorkerAccount(said.models(), said.accountedBytes() + 7, reserved, 1, 64 << 20));
      }
      case HOLDING_WITHOUT_DEVICE ->
          node.reserved.removeIf(each -> each.transactionId().equals(ConsistentNode.TRANSACTION));
      case HOLDING_WITHOUT_MEMORY ->
          node.ledgers
              .get(device(0))
              .remove(MemoryOwners.ofTransaction(ConsistentNode.TRANSACTION));
      case HOLDING_WITHOUT_HEAP -> node.transactionHeap.remove(ConsistentNode.TRANSACTION);
      case HOLDING_WITHOUT_PIN -> {
        if (random.nextBoolean()) {
          node.pins.remove(PinPurpose.MODEL.holder(ConsistentNode.TRANSACTION));
        } else {
          node.pins.put(PinPurpose.INFERENCE.holder(ConsistentNode.TRANSACTION), Set.of(model(0)));
        }
      }
      case MODEL_NOT_IN_WORKER -> {
        Map<String, Long> has = new HashMap<>(node.accounts.get(device).models());
        has.remove(model);
        node.accounts.put(device, account(node, device, has));
      }
      case MODEL_NOT_IN_BOOKS -> {
        Map<String, Long> has = new HashMap<>(node.accounts.get(device).models());
        has.put(ghost, 1L);
        node.accounts.put(device, account(node, device, has));
      }
      case WORKER_BYTES -> {
        WorkerAccount said = node.accounts.get(device);
        node.accounts.put(
            device, new WorkerAccount(said.models(), 8L << 30, said.reservations(), 1, 64 << 20));
      }
      case ARENA_NOT_MAPPED -> {
        WorkerAccount said = node.accounts.get(device);
        node.accounts.put(
            device,
            new WorkerAccount(said.models(), said.accountedBytes(), said.reservations(), 0, 0));
      }
      default -> throw new IllegalStateException("No harm for " + kind);
    }
  }

  /** What a participant has instead of its holding for that transaction. */
  private static void alter(
      ConsistentNode node, Random random, Function<Held, List<Held>> change, String id) {
    List<String> names = node.participants.keySet().stream().sorted().toList();
    String name = names.get(random.nextInt(names.size()));
    Participation by = node.participants.get(name);
    node.participants.put(
        name,
        new Participation(
            name,
            by.holdings().stream()
                .flatMap(
                    held ->
                        held.transactionId().equals(id)
                            ? change.apply(held).stream()
                            : Stream.of(held))
                .toList(),
            by.working()));
  }

  private static Held of(Held held, String id, boolean inPlace, boolean committed) {
    return new Held(id, held.work(), held.owner(), inPlace, committed, ConsistentNode.LONG);
  }

  private static PinPurpose purpose(Random random) {
    return PinPurpose.values()[random.nextInt(PinPurpose.values().length)];
  }

  /** Of a worker with these models, which accounts for them. */
  private static WorkerAccount account(
      ConsistentNode node, String device, Map<String, Long> models) {
    long bytes = models.values().stream().mapToLong(Long::longValue).sum() + 5_000;
    return new WorkerAccount(models, bytes, node.accounts.get(device).reservations(), 1, 64 << 20);
  }

  private static WorkerProcess with(WorkerProcess worker, long group, long epoch, long resident) {
    return new WorkerProcess(
        worker.pid(),
        group,
        worker.startTicks(),
        resident,
        worker.hostPid(),
        worker.deviceId(),
        epoch);
  }

  private static void replace(ConsistentNode node, WorkerProcess old, WorkerProcess next) {
    node.processes.remove(old);
    node.processes.add(next);
  }
}
