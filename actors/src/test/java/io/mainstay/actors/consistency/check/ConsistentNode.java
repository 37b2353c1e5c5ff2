package io.mainstay.actors.consistency.check;

import io.mainstay.actors.consistency.check.DeviceFacts.ArenaFacts;
import io.mainstay.actors.consistency.check.DeviceFacts.SlotFacts;
import io.mainstay.actors.consistency.check.SystemFacts.ArenaName;
import io.mainstay.actors.consistency.check.SystemFacts.ModelFile;
import io.mainstay.actors.consistency.check.SystemFacts.WorkerProcess;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import io.mainstay.actors.memory.MemoryOwners;
import io.mainstay.actors.transaction.resource.PinPurpose;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.Participants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A small node whose parts agree, as mutable parts that a test can put wrong: {@code DEVICES}
 * devices with a worker each, {@code MODELS} models on each, one session that runs, a transaction
 * that holds something of everybody, one that is worked on and one of an earlier life, and a saga
 * that loads.
 */
final class ConsistentNode {
  static final long HOST = 4000;
  static final int DEVICES = 3;
  static final int MODELS = 4;
  static final long BUDGET = 1L << 30;
  static final long MODEL_BYTES = 100L << 20;
  static final String SESSION = "01JD8Q3ZK5W9M2N4P6R8T0V1X3";

  static final String TRANSACTION = "01JD8Q3ZK5W9M2N4P6R8T0V1T0";
  static final String WORKING = "01JD8Q3ZK5W9M2N4P6R8T0V1T1";
  static final String EARLIER = "01JD8Q3ZK5W9M2N4P6R8T0V1T2";
  static final String SAGA = "01JD8Q3ZK5W9M2N4P6R8T0V1S0";
  static final Duration LONG = Duration.ofHours(1);

  final Map<String, Long> budgets = new HashMap<>();
  final Map<String, Map<String, Long>> ledgers = new HashMap<>();
  final Map<String, Set<String>> workerModels = new HashMap<>();
  final Map<String, Set<String>> published = new HashMap<>();
  final Map<String, Set<String>> residences = new HashMap<>();
  final Map<String, Set<String>> seats = new HashMap<>();
  final Map<String, Long> seatEpochs = new HashMap<>();
  final Map<String, Integer> leases = new HashMap<>();
  final List<WorkerProcess> processes = new ArrayList<>();
  final Set<Long> hosts = new HashSet<>(Set.of(HOST));
  final List<SystemFacts.ArenaFile> files = new ArrayList<>();
  final Set<String> descriptors = new HashSet<>();
  final Set<ArenaName> mappings = new HashSet<>();
  final Map<String, ModelFile> modelFiles = new HashMap<>();
  final List<WorkFacts.TurnFacts> turns = new ArrayList<>();
  final Map<String, Long> heap = new HashMap<>();
  final Set<String> runners = new HashSet<>(Set.of(SESSION));
  final Set<String> open = new HashSet<>(Set.of(SESSION));
  final Map<String, JournalFacts.Going> openTransactions =
      new HashMap<>(Map.of(WORKING, new JournalFacts.Going(Duration.ZERO, false)));
  final Map<String, JournalFacts.Standing> standing = new HashMap<>();
  final Map<String, JournalFacts.Going> openSagas =
      new HashMap<>(Map.of(SAGA, new JournalFacts.Going(Duration.ZERO, false)));
  final Map<String, String> loadLeases = new HashMap<>(Map.of(device(2), SAGA));
  Optional<Set<String>> awakeTransactions = Optional.of(Set.of(TRANSACTION, WORKING));
  Optional<Set<String>> awakeSagas = Optional.of(Set.of(SAGA));
  final Set<String> durable = new HashSet<>(Set.of(SESSION));
  final Map<String, WorkerAccount> accounts = new HashMap<>();
  final Map<String, TransactionFacts.Participation> participants = new HashMap<>();
  final List<DeviceReservation> reserved = new ArrayList<>();
  final Map<String, Long> transactionHeap = new HashMap<>();
  final Map<String, Set<String>> pins = new HashMap<>();
  final Set<NodeSnapshot.Part> present = EnumSet.allOf(NodeSnapshot.Part.class);

  ConsistentNode() {
    for (int i = 0; i < DEVICES; i++) {
      String device = device(i);
      budgets.put(device, BUDGET);
      ledgers.put(device, new HashMap<>());
      for (Map<String, Set<String>> each : List.of(workerModels, published, residences, seats)) {
        each.put(device, new HashSet<>());
        for (int m = 0; m < MODELS; m++) {
          each.get(device).add(model(m));
        }
      }
      for (int m = 0; m < MODELS; m++) {
        ledgers.get(device).put(MemoryOwners.ofModel(model(m)), MODEL_BYTES);
      }
      seatEpochs.put(device, epoch(i));
      leases.put(device, 0);
      processes.add(process(i));
      mappings.add(new ArenaName(HOST, device, epoch(i)));
    }
    for (int m = 0; m < MODELS; m++) {
      modelFiles.put(path(m), new ModelFile(true, MODEL_BYTES, ""));
    }
    turns.add(new WorkFacts.TurnFacts(SESSION + "/1/0", SESSION, "cpu-0"));
    heap.put(SESSION, 1_000L);
    holdOneOfEach();
    for (int i = 0; i < DEVICES; i++) {
      Map<String, Long> has = new HashMap<>();
      workerModels.get(device(i)).forEach(model -> has.put(model, MODEL_BYTES));
      accounts.put(
          device(i),
          new WorkerAccount(
              has, MODELS * MODEL_BYTES + 5_000, Map.of(TRANSACTION, 5_000L), 1, 64 << 20));
    }
  }

  /** One transaction that holds everything; another one that works, with claims and without. */
  private void holdOneOfEach() {
    String device = device(0);
    hold(Participants.DEVICE, new ParticipantWork.ReserveDevice(device, "exclusive", 1_000));
    String owner = MemoryOwners.ofTransaction(TRANSACTION);
    hold(Participants.MEMORY, new ParticipantWork.AllocateMemory(device, owner, 4_000, "any"));
    hold(Participants.PROCESSING, new ParticipantWork.ReserveSession("s", 3_000, device, "low"));
    hold(Participants.MODEL, new ParticipantWork.PrepareModel(model(0), "ram", 0));
    hold(
        Participants.INFERENCE,
        new ParticipantWork.PrepareInference("c", device, List.of(model(0), model(1)), "any"));
    hold(
        Participants.POSTPROCESSING,
        new ParticipantWork.PreparePipeline("p", "tensor", List.of("upscaling"), "png"));
    for (int i = 0; i < DEVICES; i++) {
      hold(
          Participants.worker(device(i)),
          new ParticipantWork.ReserveWorker(device(i), 5_000, "any"));
    }
    for (String id : List.of(TRANSACTION, WORKING)) {
      ledgers.get(device).put(MemoryOwners.ofTransaction(id), 4_000L);
      transactionHeap.put(id, 3_000L);
      pins.put(PinPurpose.MODEL.holder(id), Set.of(model(0)));
    }
    reserved.add(reservation(device, TRANSACTION));
    reserved.add(reservation(device(1), WORKING));
    pins.put(PinPurpose.INFERENCE.holder(TRANSACTION), Set.of(model(0), model(1)));
    pins.put("akka://mainstay/user/runner", Set.of(model(0)));
  }

  private void hold(String participant, ParticipantWork work) {
    participants.put(
        participant,
        new TransactionFacts.Participation(
            participant,
            List.of(
                new TransactionFacts.Held(TRANSACTION, work, Owners.OPERATOR, true, true, LONG),
                new TransactionFacts.Held(EARLIER, work, Owners.OPERATOR, false, true, LONG)),
            Set.of(WORKING)));
    for (String id : List.of(TRANSACTION, EARLIER)) {
      Map<String, ParticipantWork> works = new HashMap<>();
      if (standing.containsKey(id)) {
        works.putAll(standing.get(id).works());
      }
      works.put(participant, work);
      standing.put(id, new JournalFacts.Standing(Owners.OPERATOR, works, LONG));
    }
  }

  static DeviceReservation reservation(String device, String transactionId) {
    return new DeviceReservation(
        device, transactionId, "operator", DeviceReservation.Kind.EXCLUSIVE);
  }

  static String device(int index) {
    return "cpu-" + index;
  }

  static String model(int index) {
    return "model-" + index;
  }

  static String path(int model) {
    return "/models/" + model(model) + ".onnx";
  }

  static long epoch(int device) {
    return 10L + device;
  }

  static long pid(int device) {
    return 5_000L + device;
  }

  static WorkerProcess process(int device) {
    return new WorkerProcess(
        pid(device), pid(device), 99, 500L << 20, HOST, device(device), epoch(device));
  }

  NodeSnapshot snapshot() {
    List<DeviceFacts> devices = new ArrayList<>();
    List<LedgerView> books = new ArrayList<>();
    List<ModelFacts.Residence> believed = new ArrayList<>();
    List<WorkFacts.SeatFacts> copies = new ArrayList<>();
    for (int i = 0; i < DEVICES; i++) {
      String id = device(i);
      Map<String, Long> measured = new HashMap<>();
      workerModels.get(id).forEach(model -> measured.put(model, MODEL_BYTES));
      SlotFacts slot =
          new SlotFacts(
              "A",
              epoch(i),
              pid(i),
              true,
              true,
              false,
              measured,
              500L << 20,
              0,
              new ArenaFacts(64 << 20, leases.get(id), 7),
              Optional.of(accounts.get(id)));
      devices.add(
          new DeviceFacts(
              id,
              "serving",
              BUDGET,
              epoch(i),
              published.get(id),
              workerModels.get(id),
              List.of(slot)));
      if (budgets.containsKey(id)) {
        List<Reservation> held = new ArrayList<>();
        ledgers.get(id).forEach((owner, bytes) -> held.add(new Reservation(id, owner, bytes)));
        books.add(new LedgerView(id, budgets.get(id), 0, 0, held));
      }
      residences.get(id).forEach(m -> believed.add(new ModelFacts.Residence(m, id, "loaded")));
      copies.add(new WorkFacts.SeatFacts(id, "up", seatEpochs.get(id), seats.get(id)));
    }
    List<ModelFacts.RegisteredFile> registered = new ArrayList<>();
    for (int m = 0; m < MODELS; m++) {
      registered.add(new ModelFacts.RegisteredFile(model(m), path(m), MODEL_BYTES, "ab"));
    }
    return new NodeSnapshot(
        present,
        devices,
        books,
        new ModelFacts(believed, registered, pins, loadLeases),
        new WorkFacts(copies, turns, runners, open, Set.of(), heap),
        new TransactionFacts(
            List.copyOf(participants.values()), reserved, transactionHeap, awakeTransactions),
        new SagaFacts(awakeSagas),
        new JournalFacts(durable, openTransactions, standing, openSagas),
        new SystemFacts(HOST, processes, hosts, files, descriptors, mappings, modelFiles));
  }
}
