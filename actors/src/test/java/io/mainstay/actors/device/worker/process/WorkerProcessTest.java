package io.mainstay.actors.device.worker.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.DeathReport.NoticedBy;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.PongReport;
import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFaultCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real worker that serves, fails and dies. */
class WorkerProcessTest {
  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(30);

  @TempDir private static Path models;
  @TempDir private Path directory;
  private final WorkerSpawner spawner = WorkerSpawner.create("test");
  private final RecordedListener told = new RecordedListener();
  private WorkerConnection worker;

  @BeforeEach
  void begin() throws Exception {
    worker = (WorkerConnection) spawner.launch(TestWorker.spec(directory), told);
    told.awaitHello();
  }

  @AfterEach
  void end() throws Exception {
    worker.close();
    worker.terminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
    spawner.close();
    assertEquals(1, told.deaths.get());
    assertEquals(0, worker.pendingCalls());
    assertTrue(worker.arenaIsGone(), "the arena of a dead worker must be unmapped");
  }

  @Test
  void ping_isAnswered() throws Exception {
    assertTrue(worker.ping(17));
    PongReport pong = RecordedListener.next(told.pongs);
    assertEquals(17, pong.sequence());
    assertTrue(pong.receivedNs() > pong.sentNs());
    assertEquals(0, pong.queueDepth());
  }

  @Test
  void load_tellsProgressAndTheSignature() throws Exception {
    BlockingQueue<LoadProgress> progress = new LinkedBlockingQueue<>();
    Answer<LoadedModel> answer = new Answer<>();
    worker.load(TestWorker.load(TestWorker.minilm(models)), progress::add, answer);
    LoadedModel loaded = answer.value();
    assertEquals("hashing", progress.poll().stage());
    LoadedModel.Component component = loaded.components().get(0);
    assertEquals("model", component.name());
    assertEquals(
        List.of("input_ids", "attention_mask", "token_type_ids"),
        component.inputs().stream().map(LoadedModel.Signature::name).toList());
    assertEquals(List.of(-1L, -1L, 384L), component.outputs().get(0).dims());
    assertTrue(loaded.memoryBytes() > 1 << 20);
    RecordedListener.next(told.usages);
  }

  @Test
  void load_ofAFileWithAnotherChecksum_fails() throws Exception {
    Answer<LoadedModel> answer = new Answer<>();
    worker.load(TestWorker.load(TestWorker.minilm(models), "00".repeat(32)), p -> {}, answer);
    assertEquals(WorkerFaultCode.CHECKSUM_MISMATCH, answer.fault().code());
  }

  @Test
  void infer_throughTheArenaAndInline_givesTheSameEachTime() throws Exception {
    loadMinilm();
    for (int tokens : new int[] {4, 128}) {
      InferenceResult first = infer(TestWorker.infer(tokens)).value();
      InferenceResult second = infer(TestWorker.infer(tokens)).value();
      Tensor hidden = first.outputs().get(0);
      assertEquals(List.of(1L, (long) tokens, 384L), hidden.dims());
      assertEquals(TensorType.FLOAT32, hidden.type());
      assertEquals(hidden.bytes(), second.outputs().get(0).bytes());
      assertTrue(Float.isFinite(hidden.bytes().getFloat(0)) && hidden.bytes().getFloat(0) != 0);
      assertTrue(first.compute().toNanos() > 0);
    }
    assertEquals(0, worker.leasesOut());
    assertEquals(4, told.started.size());
  }

  @Test
  void unloadAndVerify_areAnswered() throws Exception {
    loadMinilm();
    Answer<Long> verified = new Answer<>();
    worker.verify(TestWorker.MINILM, verified);
    assertTrue(verified.value() > 0);
    Answer<Long> unloaded = new Answer<>();
    worker.unload(TestWorker.MINILM, unloaded);
    unloaded.value();
    assertEquals(WorkerFaultCode.UNKNOWN_MODEL, infer(TestWorker.infer(4)).fault().code());
    assertEquals(0, worker.leasesOut());
  }

  @Test
  void cancel_answersTheCallAsCancelled() throws Exception {
    loadMinilm();
    arm(InjectedFault.SLOW, InjectionTrigger.NOW, SLOW_NANOS);
    Answer<InferenceResult> answer = new Answer<>();
    long id = worker.infer(TestWorker.infer(128), answer);
    assertEquals(id, RecordedListener.next(told.started));
    worker.cancel(id);
    assertEquals(WorkerFaultCode.CANCELLED, answer.fault().code());
    assertEquals(0, worker.leasesOut());
  }

  @Test
  void callsBeyondTheQueueDepth_areRefusedAndCanBeRetried() throws Exception {
    loadMinilm();
    arm(InjectedFault.SLOW, InjectionTrigger.NOW, SLOW_NANOS);
    List<Answer<InferenceResult>> open = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      open.add(infer(TestWorker.infer(4)));
    }
    var refused = infer(TestWorker.infer(4)).fault();
    assertEquals(WorkerFaultCode.QUEUE_FULL, refused.code());
    assertTrue(refused.retryable());
    assertEquals(8, worker.pendingCalls());
    worker.kill(DeathCause.STOPPED, "end of test");
    for (Answer<InferenceResult> call : open) {
      assertTrue(call.isLost());
    }
  }

  @Test
  void tensorsThatDoNotFitNow_areRefusedForNow() throws Exception {
    loadMinilm();
    arm(InjectedFault.SLOW, InjectionTrigger.NOW, SLOW_NANOS);
    Answer<InferenceResult> first = infer(withRoom(3 << 20));
    var refused = infer(withRoom(3 << 20)).fault();
    assertEquals(WorkerFaultCode.QUEUE_FULL, refused.code());
    assertTrue(refused.retryable());
    assertTrue(refused.message().contains("of 5242880 bytes free"), refused.message());
    assertTrue(first.isOpen());
    worker.kill(DeathCause.STOPPED, "end of test");
    assertTrue(first.isLost());
  }

  @Test
  void tensorsThatNeverFit_areTheRequestsFault() throws Exception {
    var refused = infer(withRoom(6 << 20)).fault();
    assertEquals(WorkerFaultCode.INVALID_REQUEST, refused.code());
    assertEquals(WorkerBlame.REQUEST, refused.blame());
    assertFalse(refused.retryable());
    assertEquals(0, worker.leasesOut());
  }

  @Test
  void requestThatCannotBeEncoded_isRefusedAndTheConnectionGoesOn() throws Exception {
    Answer<Long> answer = new Answer<>();
    worker.unload("m".repeat(70_000), answer);
    assertEquals(WorkerFaultCode.INVALID_REQUEST, answer.fault().code());
    assertTrue(worker.ping(1));
    RecordedListener.next(told.pongs);
  }

  @Test
  void sigkillWhileIdle_isNoticedAndNamed() throws Exception {
    signal("KILL");
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.KILLED, report.cause());
    assertEquals(9, report.signal());
    assertEquals(-1, report.exitCode());
    assertEquals(worker.pid(), report.pid());
    assertTrue(
        report.noticedBy() == NoticedBy.END_OF_STDOUT
            || report.noticedBy() == NoticedBy.PROCESS_EXIT);
    assertFalse(worker.ping(1));
    assertTrue(infer(TestWorker.infer(4)).isLost());
  }

  @Test
  void sigkillInFlight_losesTheCallsAndGivesBackTheArena() throws Exception {
    loadMinilm();
    arm(InjectedFault.SLOW, InjectionTrigger.NOW, SLOW_NANOS);
    Answer<InferenceResult> answer = infer(TestWorker.infer(128));
    RecordedListener.next(told.started);
    signal("KILL");
    assertEquals(new CallOutcome.WorkerLost<>(worker.epoch()), answer.await());
    assertEquals("InferenceProgress", told.awaitDeath().lastFrame());
  }

  @Test
  void stoppedWorker_canBeKilledAsUnresponsive() throws Exception {
    signal("STOP");
    assertTrue(worker.ping(1));
    worker.kill(DeathCause.UNRESPONSIVE, "it missed 4 beats");
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.UNRESPONSIVE, report.cause());
    assertEquals(NoticedBy.MISSED_BEATS, report.noticedBy());
    assertTrue(report.detail().contains("it missed 4 beats"), report.detail());
  }

  @Test
  void crash_isNamedBySignal() throws Exception {
    arm(InjectedFault.CRASH, InjectionTrigger.NOW, 0);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.CRASHED, report.cause());
    assertEquals(11, report.signal());
    assertTrue(report.detail().contains("crashed with SIGSEGV"), report.detail());
  }

  @Test
  void garbageOnStdout_isAProtocolErrorWithTheOffset() throws Exception {
    arm(InjectedFault.GARBAGE_FRAME, InjectionTrigger.NOW, 0);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.PROTOCOL_ERROR, report.cause());
    assertEquals(NoticedBy.PROTOCOL, report.noticedBy());
    assertTrue(report.detail().contains("at byte"), report.detail());
  }

  @Test
  void partialFrame_isAProtocolErrorOfAWorkerThatLeft() throws Exception {
    arm(InjectedFault.PARTIAL_FRAME, InjectionTrigger.NOW, 0);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.PROTOCOL_ERROR, report.cause());
    assertTrue(report.detail().contains("into a frame"), report.detail());
  }

  @Test
  void framesOfAnotherEpoch_endTheWorker() throws Exception {
    arm(InjectedFault.WRONG_EPOCH, InjectionTrigger.NOW, 0);
    for (int i = 0; i < 20; i++) {
      worker.ping(i);
    }
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.PROTOCOL_ERROR, report.cause());
    assertTrue(report.detail().contains("epoch of another worker"), report.detail());
  }

  @Test
  void memoryBeyondTheLimit_endsItAsOutOfMemory() throws Exception {
    arm(InjectedFault.OOM, InjectionTrigger.NOW, 0);
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.OUT_OF_MEMORY, report.cause());
    assertTrue(report.detail().contains("memory-budget"), report.detail());
  }

  @Test
  void drain_finishesWhatIsQueuedAndLeaves() throws Exception {
    loadMinilm();
    Answer<InferenceResult> answer = infer(TestWorker.infer(128));
    worker.drain(Duration.ofSeconds(5));
    answer.value();
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.STOPPED, report.cause());
    assertEquals(0, report.exitCode());
    assertEquals("Drained", report.lastFrame());
  }

  @Test
  void drain_thatTakesTooLong_endsInAKill() throws Exception {
    arm(InjectedFault.HANG_IO, InjectionTrigger.NOW, 0);
    worker.drain(Duration.ofMillis(100));
    DeathReport report = told.awaitDeath();
    assertEquals(DeathCause.STOPPED, report.cause());
    assertTrue(report.detail().contains("did not leave within 100 ms"), report.detail());
  }

  /** A small inference that holds that much of the arena until it is answered. */
  private static InferenceCall withRoom(int bytes) {
    InferenceCall call = TestWorker.infer(4);
    return new InferenceCall(
        call.modelId(),
        call.component(),
        call.inputs(),
        List.of(new InferenceCall.OutputRoom("last_hidden_state", bytes)),
        call.deadline(),
        call.priority());
  }

  private void loadMinilm() throws Exception {
    Answer<LoadedModel> answer = new Answer<>();
    worker.load(TestWorker.load(TestWorker.minilm(models)), p -> {}, answer);
    answer.value();
  }

  private Answer<InferenceResult> infer(InferenceCall call) {
    Answer<InferenceResult> answer = new Answer<>();
    worker.infer(call, answer);
    return answer;
  }

  private void arm(InjectedFault fault, InjectionTrigger trigger, long argument) throws Exception {
    Answer<Void> armed = new Answer<>();
    worker.armFault(fault, trigger, argument, new byte[0], armed);
    CallOutcome<Void> outcome = armed.await();
    assertFalse(outcome instanceof CallOutcome.Failed, () -> "not armed: " + outcome);
  }

  private void signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(worker.pid())).start();
    assertTrue(kill.waitFor(5, TimeUnit.SECONDS));
    assertEquals(0, kill.exitValue());
  }
}
