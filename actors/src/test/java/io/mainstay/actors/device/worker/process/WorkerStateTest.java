package io.mainstay.actors.device.worker.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.StateReceipt;
import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;
import io.mainstay.protocol.WorkerFaultCode;
import io.mainstay.protocol.state.DeviceCapabilityDiscovered;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.MemoryAllocationRequest;
import io.mainstay.protocol.state.MemoryPolicyUpdate;
import io.mainstay.protocol.state.ModelRuntimeUpdate;
import io.mainstay.protocol.state.ProcessingSessionCreated;
import io.mainstay.protocol.state.SessionCommand;
import io.mainstay.protocol.state.SessionControlCommand;
import io.mainstay.protocol.state.SessionProgressUpdate;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StatePriority;
import io.mainstay.protocol.state.StateRefusal;
import io.mainstay.protocol.state.StateRefused;
import io.mainstay.protocol.state.TransactionAcknowledged;
import io.mainstay.protocol.state.TransactionResult;
import io.mainstay.protocol.state.TransactionVote;
import io.mainstay.protocol.state.TransactionWork;
import io.mainstay.protocol.state.VramUsageUpdate;
import io.mainstay.protocol.state.WorkerStateReport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state protocol against a real worker, through the port. */
class WorkerStateTest {
  private static final Instant AT = Instant.parse("2025-07-12T10:30:45Z");
  private static final int QUEUE_DEPTH = 8;
  private static final long MIB = 1L << 20;
  private static final String SESSION = "proc_session_001";

  @TempDir private static Path models;
  @TempDir private Path directory;
  private final WorkerSpawner spawner = WorkerSpawner.create("test");
  private final RecordedListener told = new RecordedListener();
  private WorkerConnection worker;

  private void begin(String... extraArguments) throws Exception {
    worker =
        (WorkerConnection)
            spawner.launch(
                TestWorker.spec(directory, TestWorker.BINARY, List.of(extraArguments)), told);
    told.awaitHello();
  }

  @AfterEach
  void end() throws Exception {
    worker.close();
    worker.terminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
    spawner.close();
    assertEquals(0, worker.pendingCalls());
  }

  @Test
  void worker_tellsItsCapabilitiesHealthAndMemoryInOrder() throws Exception {
    begin();
    StateEnvelope first = RecordedListener.next(told.states);
    assertInstanceOf(DeviceCapabilityDiscovered.class, first.message());
    assertEquals(1, first.sequence());
    assertEquals(worker.epoch(), first.epoch());
    long last = first.sequence();
    boolean health = false;
    boolean memory = false;
    while (!health || !memory) {
      StateEnvelope next = RecordedListener.next(told.states);
      assertEquals(last + 1, next.sequence());
      last = next.sequence();
      health |= next.message() instanceof DeviceHealthUpdate;
      memory |= next.message() instanceof VramUsageUpdate usage && usage.deviceId().equals("cpu-0");
    }
  }

  @Test
  void policy_isInForceOnceAcknowledged_andTheReportSaysIt() throws Exception {
    begin();
    StateReceipt receipt = publish(0, 10, limit(300 * MIB));
    assertEquals(
        10, assertInstanceOf(StateReceipt.Acknowledged.class, receipt).ack().appliedVersion());
    WorkerStateReport report = report();
    assertEquals(worker.epoch(), report.epoch());
    assertEquals(300 * MIB, report.limitBytes());
    assertEquals(512 * MIB, report.budgetBytes());
    assertEquals(Map.of("memory_policy_update", 10L), report.versions());
    assertEquals(2, report.arenaSegments());
    assertEquals(5 * MIB, report.arenaBytes());
    assertTrue(report.residentBytes() > 0);
    assertEquals(StateRefusal.STALE_VERSION, refusal(publish(0, 9, limit(200 * MIB))));
    assertEquals(StateRefusal.STALE_SEQUENCE, refusal(publish(1, 11, limit(200 * MIB))));
    assertEquals(StateRefusal.INVALID, refusal(publish(0, 12, limit(1024 * MIB))));
    assertEquals(300 * MIB, report().limitBytes());
  }

  @Test
  void receipt_carriesThePublishersCorrelationId() throws Exception {
    begin();
    CompletableFuture<StateReceipt> answer = new CompletableFuture<>();
    worker.publish(
        new StateEnvelope(worker.epoch(), 5, 4711, 1, AT, limit(300 * MIB)), answer::complete);
    StateReceipt receipt = answer.get(RecordedListener.SECONDS, TimeUnit.SECONDS);
    var ack = assertInstanceOf(StateReceipt.Acknowledged.class, receipt).ack();
    assertEquals(4711, ack.correlationId());
    assertEquals(5, ack.sequence());
  }

  @Test
  void pausedSession_holdsItsCallsUntilResumed() throws Exception {
    begin();
    load(load(""));
    accepted(publish(0, 1, session()));
    accepted(publish(0, 1, control(SessionCommand.PAUSE_OPERATIONS)));
    Answer<InferenceResult> held = infer(SESSION);
    infer("").value();
    assertTrue(held.isOpen());
    WorkerStateReport.Session paused = report().sessions().get(0);
    assertTrue(paused.paused());
    assertEquals(1, paused.held());
    accepted(publish(0, 2, control(SessionCommand.RESUME_OPERATIONS)));
    held.value();
    SessionProgressUpdate progress = told.awaitState(SessionProgressUpdate.class);
    assertEquals(SESSION, progress.sessionId());
    assertEquals(1, progress.progressMetrics().operationsCompleted());
    assertEquals(14, progress.progressMetrics().operationsRemaining());
    Answer<Long> ended = new Answer<>();
    worker.endSession(SESSION, "done", ended);
    ended.value();
    assertTrue(report().sessions().isEmpty());
  }

  @Test
  void loadOverThePolicysLimit_waitsForTheAnswer() throws Exception {
    begin();
    accepted(publish(0, 1, limit(MIB)));
    Answer<LoadedModel> granted = new Answer<>();
    long id = worker.load(load(""), progress -> {}, granted);
    StateEnvelope asked = awaitEnvelope(MemoryAllocationRequest.class);
    assertEquals(id, asked.correlationId());
    accepted(publish(0, 2, limit(512 * MIB)));
    granted.value();
    assertFalse(told.awaitState(ModelRuntimeUpdate.class).runtimeMetrics().warmupCompleted());
    accepted(publish(0, 3, limit(MIB)));
    Answer<LoadedModel> refused = new Answer<>();
    LoadCall other = load("");
    worker.load(
        new LoadCall("other", other.components(), 64 * MIB, Duration.ofSeconds(20)),
        progress -> {},
        refused);
    StateEnvelope again = awaitEnvelope(MemoryAllocationRequest.class);
    worker.refuse(
        new StateRefused(
            again.correlationId(), again.sequence(), StateRefusal.LIMIT_REACHED, "none to spare"));
    assertEquals(WorkerFaultCode.MEMORY_BUDGET_EXCEEDED, refused.fault().code());
    assertTrue(refused.fault().message().contains("none to spare"), refused.fault().message());
  }

  @Test
  void transaction_reservesCommitsAndIsUsedByTheLoadThatNamesIt() throws Exception {
    begin();
    TransactionVote vote = prepare("01A", 300 * MIB);
    assertTrue(vote.commit());
    assertTrue(vote.rollbackCapable());
    assertEquals("vram_allocation_" + 300 * MIB, vote.locks().get(0));
    assertFalse(prepare("01B", 300 * MIB).commit());
    assertEquals(List.of("01A"), report().preparedTransactions());
    assertEquals(TransactionResult.COMMITTED, commit("01A").result());
    assertEquals(TransactionResult.COMMITTED, commit("01A").result());
    assertEquals(300 * MIB, report().reservations().get(0).bytes());
    load(load("01A"));
    WorkerStateReport after = report();
    assertTrue(after.reservations().isEmpty());
    assertEquals(TestWorker.MINILM, after.models().get(0).modelId());
    assertEquals(
        load("").components().get(0).sha256(), after.models().get(0).components().get(0).sha256());
    assertTrue(after.accountedBytes() >= after.models().get(0).bytes());
  }

  @Test
  void abort_givesBackAndIsIdempotent_andUnknownOnesCannotCommit() throws Exception {
    begin();
    prepare("01A", 300 * MIB);
    assertEquals(TransactionResult.ABORTED, abort("01A").result());
    assertEquals(TransactionResult.ABORTED, abort("01A").result());
    assertEquals(TransactionResult.UNKNOWN_TRANSACTION, commit("01A").result());
    assertEquals(TransactionResult.UNKNOWN_TRANSACTION, commit("never").result());
    assertTrue(prepare("01C", 300 * MIB).commit());
    commit("01C");
    assertEquals(TransactionResult.RELEASED, abort("01C").result());
    assertTrue(report().reservations().isEmpty());
  }

  @Test
  void deathBetweenPrepareAndCommit_answersLostAndHoldsNothingAfterwards() throws Exception {
    begin();
    assertTrue(prepare("01A", 300 * MIB).commit());
    Answer<Void> armed = new Answer<>();
    worker.armFault(InjectedFault.HANG_IO, InjectionTrigger.NOW, 0, new byte[0], armed);
    armed.await();
    Answer<TransactionAcknowledged> commit = new Answer<>();
    worker.commit("01A", commit);
    CompletableFuture<StateReceipt> policy = new CompletableFuture<>();
    worker.publish(
        new StateEnvelope(worker.epoch(), 0, 1, 1, AT, limit(300 * MIB)), policy::complete);
    Answer<WorkerStateReport> report = new Answer<>();
    worker.report(report);
    worker.close();
    assertTrue(commit.isLost());
    assertTrue(report.isLost());
    assertEquals(
        new StateReceipt.WorkerLost(worker.epoch()),
        policy.get(RecordedListener.SECONDS, TimeUnit.SECONDS));
    assertEquals(new StateReceipt.WorkerLost(worker.epoch()), publish(0, 2, limit(300 * MIB)));
    RecordedListener next = new RecordedListener();
    WorkerConnection successor =
        (WorkerConnection) spawner.launch(TestWorker.spec(directory), next);
    next.awaitHello();
    Answer<TransactionAcknowledged> late = new Answer<>();
    successor.commit("01A", late);
    assertEquals(TransactionResult.UNKNOWN_TRANSACTION, late.value().result());
    successor.close();
    successor.terminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void workerOfVersion0_isSentNothingOfTheStateProtocol() throws Exception {
    begin("--announce-schema", "1.0");
    assertFalse(worker.identity().speaksState());
    assertEquals(StateRefusal.UNSUPPORTED, refusal(publish(0, 1, limit(300 * MIB))));
    Answer<TransactionVote> vote = new Answer<>();
    worker.prepare(work("01A", MIB), vote);
    assertEquals(WorkerFaultCode.INVALID_REQUEST, vote.fault().code());
    load(load(""));
    infer(SESSION).value(); // What both versions know goes on.
  }

  @Test
  void workerOfANewerMinor_isServedAsUsual() throws Exception {
    begin("--announce-schema", "1.7");
    accepted(publish(0, 1, limit(300 * MIB)));
    assertEquals(300 * MIB, report().limitBytes());
  }

  @Test
  void workerFullOfWork_stillHearsThatItShallPause() throws Exception {
    begin();
    load(load(""));
    accepted(publish(0, 1, session()));
    accepted(publish(0, 1, control(SessionCommand.PAUSE_OPERATIONS)));
    List<Answer<InferenceResult>> held = new ArrayList<>();
    for (int i = 0; i < QUEUE_DEPTH; i++) {
      held.add(infer(SESSION));
    }
    assertEquals(WorkerFaultCode.QUEUE_FULL, infer(SESSION).fault().code());
    assertEquals(QUEUE_DEPTH, report().sessions().get(0).held());
    accepted(publish(0, 2, control(SessionCommand.RESUME_OPERATIONS)));
    for (Answer<InferenceResult> answer : held) {
      answer.value();
    }
  }

  /**
   * A thousand seeded sequences, late, duplicate, reordered and replayed, to one worker: after each
   * message the version in force is the newest that was ever taken, and its limit with it.
   */
  @Test
  void disturbedOrder_neverAppliesAStaleOne() throws Exception {
    begin();
    long lastSequence = 0;
    long version = 0;
    int refused = 0;
    for (int seed = 1; seed <= 1000; seed++) {
      for (long[] next : disturbed(seed)) {
        StateReceipt receipt = publish(next[0], next[1], limit((100 + next[1] % 400) * MIB));
        boolean takes = next[0] > lastSequence && next[1] >= version;
        assertEquals(
            takes,
            receipt instanceof StateReceipt.Acknowledged,
            "seed " + seed + " sequence " + next[0] + " version " + next[1] + ": " + receipt);
        lastSequence = Math.max(lastSequence, next[0]);
        version = takes ? next[1] : version;
        refused += takes ? 0 : 1;
      }
      if (seed % 50 == 0) {
        WorkerStateReport report = report();
        assertEquals((100 + version % 400) * MIB, report.limitBytes());
        assertEquals(version, report.versions().get("memory_policy_update"));
        assertEquals(lastSequence, report.lastSequence());
      }
    }
    assertTrue(refused > 2000, "refused " + refused);
  }

  /** Ten messages of an owner as a bad channel brings them: sequence and version of each. */
  private static List<long[]> disturbed(int seed) {
    Random random = new Random(seed);
    List<long[]> arrives = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      long[] sent = {seed * 10L + i, seed * 5L + i / 2};
      arrives.add(sent);
      if (random.nextInt(4) == 0) {
        arrives.add(sent);
      }
      if (random.nextInt(4) == 0) {
        arrives.add(new long[] {sent[0] - random.nextInt(30), sent[1] - random.nextInt(5)});
      }
    }
    for (int i = 0; i + 1 < arrives.size(); i++) {
      if (random.nextInt(3) == 0) {
        Collections.swap(arrives, i, i + 1 + random.nextInt(Math.min(5, arrives.size() - i - 1)));
      }
    }
    arrives.removeIf(message -> message[0] < 1 || message[1] < 1);
    return arrives;
  }

  private StateReceipt publish(long sequence, long version, StateMessage message) throws Exception {
    CompletableFuture<StateReceipt> answer = new CompletableFuture<>();
    worker.publish(
        new StateEnvelope(worker.epoch(), sequence, 1, version, AT, message), answer::complete);
    return answer.get(RecordedListener.SECONDS, TimeUnit.SECONDS);
  }

  private static void accepted(StateReceipt receipt) {
    assertInstanceOf(StateReceipt.Acknowledged.class, receipt, receipt::toString);
  }

  private static StateRefusal refusal(StateReceipt receipt) {
    return assertInstanceOf(StateReceipt.Refused.class, receipt, receipt::toString)
        .refusal()
        .code();
  }

  private StateEnvelope awaitEnvelope(Class<? extends StateMessage> kind) throws Exception {
    while (true) {
      StateEnvelope next = RecordedListener.next(told.states);
      if (kind.isInstance(next.message())) {
        return next;
      }
    }
  }

  private WorkerStateReport report() throws Exception {
    Answer<WorkerStateReport> answer = new Answer<>();
    worker.report(answer);
    return answer.value();
  }

  private static TransactionWork work(String id, long bytes) {
    return new TransactionWork(id, bytes, "model_loading", Duration.ofSeconds(30));
  }

  private TransactionVote prepare(String id, long bytes) throws Exception {
    Answer<TransactionVote> answer = new Answer<>();
    worker.prepare(work(id, bytes), answer);
    return answer.value();
  }

  private TransactionAcknowledged commit(String id) throws Exception {
    Answer<TransactionAcknowledged> answer = new Answer<>();
    worker.commit(id, answer);
    return answer.value();
  }

  private TransactionAcknowledged abort(String id) throws Exception {
    Answer<TransactionAcknowledged> answer = new Answer<>();
    worker.abort(id, answer);
    return answer.value();
  }

  private static LoadCall load(String transactionId) throws Exception {
    LoadCall plain = TestWorker.load(TestWorker.minilm(models));
    return new LoadCall(
        plain.modelId(),
        plain.components(),
        plain.estimatedBytes(),
        plain.deadline(),
        transactionId);
  }

  private void load(LoadCall call) throws Exception {
    Answer<LoadedModel> answer = new Answer<>();
    worker.load(call, progress -> {}, answer);
    answer.value();
  }

  private Answer<InferenceResult> infer(String session) {
    InferenceCall plain = TestWorker.infer(4);
    Answer<InferenceResult> answer = new Answer<>();
    worker.infer(
        new InferenceCall(
            plain.modelId(),
            plain.component(),
            plain.inputs(),
            plain.outputs(),
            plain.deadline(),
            plain.priority(),
            session),
        answer);
    return answer;
  }

  private static MemoryPolicyUpdate limit(long bytes) {
    return new MemoryPolicyUpdate(
        new MemoryPolicyUpdate.PolicyChanges(
            OptionalLong.empty(), OptionalLong.of(bytes), OptionalDouble.empty()),
        List.of("all_workers"),
        true);
  }

  private static ProcessingSessionCreated session() {
    return new ProcessingSessionCreated(
        SESSION,
        "sdxl_generation_pipeline",
        new ProcessingSessionCreated.ResourceAllocation(StatePriority.HIGH, 0, List.of("cpu-0")),
        15,
        new ProcessingSessionCreated.TimeoutSettings(Duration.ofSeconds(30), Duration.ZERO));
  }

  private static SessionControlCommand control(SessionCommand command) {
    return new SessionControlCommand(
        SESSION, command, "memory_pressure_detected", "memory_usage_below_80_percent");
  }
}
