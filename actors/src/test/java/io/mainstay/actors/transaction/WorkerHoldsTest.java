package io.mainstay.actors.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.device.worker.process.WorkerSpawner;
import io.mainstay.actors.support.AgreeablePort;
import io.mainstay.actors.support.RealWorker;
import io.mainstay.actors.support.ScriptedDevices;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.transaction.resource.Domain;
import io.mainstay.actors.transaction.resource.Resources.Claim;
import io.mainstay.actors.transaction.resource.WorkerHolds;
import io.mainstay.actors.transaction.resource.WorkerResources;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.protocol.state.TransactionAcknowledged;
import io.mainstay.protocol.state.TransactionVote;
import io.mainstay.protocol.state.TransactionWork;
import io.mainstay.protocol.state.WorkerStateReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerHoldsTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final long MIB = 1L << 20;

  private final ActorTestKit kit = ActorTestKit.create("worker-holds", ConfigFactory.load());
  private final ScriptedDevices devices = new ScriptedDevices();
  private final WorkerResources worker =
      new WorkerResources(
          new Domain<>(
              kit.spawn(
                  WorkerHolds.create(
                      "cpu-0", kit.spawn(devices.behavior()), Duration.ofMinutes(5))),
              WAIT,
              kit.system()));
  @TempDir Path directory;

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  @Test
  void holding_isPreparedThenCommittedThenGivenBack_eachOnce() {
    Port port = up(1, 1);
    hold("A");
    hold("A");
    assertEquals(WorkerHolds.RESERVED, confirm("A"));
    assertEquals(WorkerHolds.RESERVED, confirm("A"));
    free("A");
    assertEquals(List.of("prepare A", "commit A", "abort A"), port.told);
  }

  @Test
  void workerThatDiedBetweenPrepareAndCommit_isPreparedAgainInItsSuccessor() {
    Port first = up(1, 1);
    hold("A");
    first.silent = true;
    CompletableFuture<String> confirmed = worker.confirm(claim("A")).toCompletableFuture();
    Awaitility.await().atMost(WAIT).until(() -> first.told.contains("commit A"));
    devices.tell(ScriptedDevices.down(new ScriptedWorker("cpu-0", 1)));
    Port second = up(2, 1);
    assertEquals(WorkerHolds.RESERVED, confirmed.join());
    assertEquals(List.of("prepare A", "commit A"), second.told);
  }

  @Test
  void committedHolding_isMadeAgainInEverySuccessor_orIsGone() {
    up(1, 1);
    hold("A");
    confirm("A");
    Port second = up(2, 1);
    Awaitility.await().atMost(WAIT).until(() -> second.told.contains("commit A"));
    Port third = new Port(3, 1);
    third.full = true;
    devices.tell(new DeviceSignal.WorkerUp("cpu-0", third, Set.of()));
    Awaitility.await().atMost(WAIT).until(() -> third.told.contains("prepare A"));
    assertEquals(WorkerHolds.GONE, confirm("A"));
    free("A");
  }

  @Test
  void workerWithoutRoom_votesToAbort_andHoldsNothing() {
    Port port = new Port(1, 1);
    port.full = true;
    devices.tell(new DeviceSignal.WorkerUp("cpu-0", port, Set.of()));
    CompletionException refused = assertThrows(CompletionException.class, () -> hold("A"));
    assertTrue(refused.getMessage().contains("no room"), refused.getMessage());
    assertEquals(List.of("prepare A", "abort A"), port.told);
  }

  @Test
  void workerOfAnEarlierProtocol_isLeftOut() {
    Port port = up(1, 0);
    hold("A");
    assertEquals(WorkerHolds.LEFT_OUT, confirm("A"));
    free("A");
    assertTrue(port.told.isEmpty(), port.told.toString());
  }

  @Test
  void realWorker_holdsTheBytes_andSoDoesItsSuccessor() throws Exception {
    try (WorkerSpawner spawner = WorkerSpawner.create("holds")) {
      RealWorker first = RealWorker.serving(spawner, 1, directory, List.of(), devices);
      hold("01A");
      assertEquals(List.of("01A"), first.report().preparedTransactions());
      first.kill();
      RealWorker second = RealWorker.serving(spawner, 2, directory, List.of(), devices);
      assertEquals(WorkerHolds.RESERVED, confirm("01A"));
      WorkerStateReport report = second.report();
      assertEquals(List.of(), report.preparedTransactions());
      assertEquals(64 * MIB, report.reservations().get(0).bytes());
      free("01A");
      free("01A");
      assertTrue(second.report().reservations().isEmpty());
      second.kill();
    }
  }

  private Port up(long epoch, int minor) {
    Port port = new Port(epoch, minor);
    devices.tell(new DeviceSignal.WorkerUp("cpu-0", port, Set.of()));
    return port;
  }

  private void hold(String id) {
    worker.hold(claim(id)).toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private String confirm(String id) {
    return worker.confirm(claim(id)).toCompletableFuture().join();
  }

  private void free(String id) {
    worker.free(claim(id), false, List.of()).toCompletableFuture().join();
  }

  private static Claim claim(String id) {
    return new Claim(
        id, Owners.OPERATOR, new ParticipantWork.ReserveWorker("cpu-0", 64 * MIB, "test"));
  }

  /** Writes down what it is told. */
  private static final class Port implements AgreeablePort {
    private final long epoch;
    private final int minor;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private volatile boolean silent;
    private volatile boolean full;

    Port(long epoch, int minor) {
      this.epoch = epoch;
      this.minor = minor;
    }

    @Override
    public String deviceId() {
      return "cpu-0";
    }

    @Override
    public long epoch() {
      return epoch;
    }

    @Override
    public WorkerIdentity identity() {
      return new WorkerIdentity(1, 1, 0, "1", "test", "1", "cpu", minor);
    }

    @Override
    public long prepare(TransactionWork work, Consumer<CallOutcome<TransactionVote>> onDone) {
      told.add("prepare " + work.transactionId());
      if (full) {
        onDone.accept(
            new CallOutcome.Done<>(
                new TransactionVote(work.transactionId(), false, true, 0, List.of(), "no room")));
        return 0;
      }
      return AgreeablePort.super.prepare(work, onDone);
    }

    @Override
    public long commit(String id, Consumer<CallOutcome<TransactionAcknowledged>> onDone) {
      told.add("commit " + id);
      return silent ? 0 : AgreeablePort.super.commit(id, onDone);
    }

    @Override
    public long abort(String id, Consumer<CallOutcome<TransactionAcknowledged>> onDone) {
      told.add("abort " + id);
      return AgreeablePort.super.abort(id, onDone);
    }

    @Override
    public long infer(InferenceCall call, Consumer<CallOutcome<InferenceResult>> onDone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long load(
        LoadCall call,
        Consumer<LoadProgress> onProgress,
        Consumer<CallOutcome<LoadedModel>> onDone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long unload(String modelId, Consumer<CallOutcome<Long>> onDone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long verify(String modelId, Consumer<CallOutcome<Long>> onDone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void cancel(long correlationId) {
      throw new UnsupportedOperationException();
    }
  }
}
