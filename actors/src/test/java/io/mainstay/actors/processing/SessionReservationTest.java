package io.mainstay.actors.processing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.SessionText;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.SessionView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session reserves before its first batch, and gives it back whatever becomes of it. */
class SessionReservationTest {
  @TempDir Path directory;
  private final List<CompletableFuture<Void>> asked = new CopyOnWriteArrayList<>();
  private final List<SessionReservations.Wanted> wanted = new CopyOnWriteArrayList<>();
  private final AtomicInteger released = new AtomicInteger();
  private WorkHarness node;
  private ScriptedWorker worker;

  private SessionReservations.Hold reserve(SessionReservations.Wanted what) {
    CompletableFuture<Void> granted = new CompletableFuture<>();
    wanted.add(what);
    asked.add(granted);
    return new SessionReservations.Hold() {
      @Override
      public CompletionStage<Void> granted() {
        return granted;
      }

      @Override
      public void release() {
        released.incrementAndGet();
      }
    };
  }

  private CompletableFuture<Void> asked(int count) {
    await().atMost(WorkHarness.PATIENCE).until(() -> asked.size() == count);
    return asked.get(count - 1);
  }

  @BeforeEach
  void start() throws Exception {
    node = new WorkHarness(directory, "mainstay.processing.runner.failure-pause = 10ms");
    node.reserveWith(this::reserve);
    worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker);
  }

  @AfterEach
  void end() {
    node.close();
  }

  @Test
  void nothingIsComputed_beforeItIsGranted_andOneServesAllBatches() throws Exception {
    String session = node.accepted(SessionText.lines(12), 4);
    CompletableFuture<Void> granted = asked(1);
    assertEquals(session, wanted.get(0).sessionId());
    assertEquals(List.of(), wanted.get(0).operations());
    assertEquals(0, worker.taken().size());

    granted.complete(null);

    SessionView view = node.finished(session);
    assertEquals("completed", view.state());
    assertEquals(12, view.embedded());
    assertEquals(1, asked.size());
    await().atMost(WorkHarness.PATIENCE).until(() -> released.get() > 0);
  }

  @Test
  void whatIsRefusedForAWhile_isAskedForAgain() throws Exception {
    String session = node.accepted(SessionText.lines(8), 4);
    asked(1).completeExceptionally(Refusal.busy("the device is loading", 10));
    asked(2).completeExceptionally(Refusal.busy("the device is loading", 10));
    asked(3).complete(null);

    assertEquals("completed", node.finished(session).state());
    assertEquals(3, asked.size());
  }

  @Test
  void whatCannotBeHad_costsNoSession() throws Exception {
    String session = node.accepted(SessionText.lines(8), 4);
    asked(1).completeExceptionally(Refusal.of("model_exceeds_devices", "too large", "none"));

    assertEquals(8, node.finished(session).embedded());
    assertEquals(1, asked.size());
  }

  @Test
  void whatIsNeverGranted_isGivenUp_andTheSessionWorks() throws Exception {
    String session = node.accepted(SessionText.lines(8), 4);
    int tries = ProcessingSettings.of(node.config()).runner().failuresMax();
    for (int attempt = 1; attempt <= tries; attempt++) {
      asked(attempt).completeExceptionally(Refusal.busy("the device is loading", 10));
    }

    assertEquals("completed", node.finished(session).state());
    assertEquals(tries, asked.size());
  }

  @Test
  void oneBatch_reservesNothing() throws Exception {
    String session = node.accepted(SessionText.lines(4), 4);

    assertEquals("completed", node.finished(session).state());
    assertEquals(0, asked.size());
  }

  @Test
  void whatIsLate_keepsNoBatchLonger_andIsGivenBackAtTheEnd() throws Exception {
    node.close();
    node =
        new WorkHarness(
            Files.createDirectory(directory.resolve("late")),
            "mainstay.processing.runner.reservation-patience = 50ms");
    node.reserveWith(this::reserve);
    node.devices.up(new ScriptedWorker("cpu-0", 1));
    String session = node.accepted(SessionText.lines(12), 4);

    assertEquals(12, node.finished(session).embedded());
    assertEquals(1, asked.size());
    assertEquals(false, asked.get(0).isDone());
    await().atMost(WorkHarness.PATIENCE).until(() -> released.get() == 1);
  }

  @Test
  void cancelled_whileItIsAwaited_givesUpWhatIsTried() throws Exception {
    String session = node.accepted(SessionText.lines(12), 4);
    asked(1);

    TestProbe<StatusReply<SessionView>> cancelled = node.kit().createTestProbe();
    node.processing.tell(
        new ProcessingCommand.CancelSession(session, "enough", cancelled.getRef()));

    assertEquals("cancelled", cancelled.receiveMessage(WorkHarness.PATIENCE).getValue().state());
    await().atMost(WorkHarness.PATIENCE).until(() -> released.get() == 1);
    assertEquals(0, worker.taken().size());
    // Nobody is there to hold it.
    asked.get(0).complete(null);
    assertEquals(0, worker.taken().size());
  }

  @Test
  void cancelled_whileItsBatchesCompute_givesItBack() throws Exception {
    worker.hold();
    String session = node.accepted(SessionText.lines(12), 4);
    asked(1).complete(null);
    await().atMost(WorkHarness.PATIENCE).until(() -> !worker.open().isEmpty());

    node.processing.tell(
        new ProcessingCommand.CancelSession(session, "enough", node.kit().system().ignoreRef()));

    await().atMost(WorkHarness.PATIENCE).until(() -> released.get() == 1);
  }

  @Test
  void nextLifeOfTheNode_reservesAnew() throws Exception {
    worker.hold();
    String session = node.accepted(SessionText.lines(12), 4);
    asked(1).complete(null);
    await().atMost(WorkHarness.PATIENCE).until(() -> !worker.open().isEmpty());

    node.stopNode();
    await().atMost(WorkHarness.PATIENCE).until(() -> released.get() == 1);
    node.devices.up(new ScriptedWorker("cpu-0", 2));
    node.startNode();
    asked(2).complete(null);

    assertEquals(12, node.finished(session).embedded());
    await().atMost(WorkHarness.PATIENCE).until(() -> released.get() == 2);
  }

  @Test
  void manySessions_allGetTheirs() throws Exception {
    node.reserveWith(
        what -> {
          SessionReservations.Hold hold = reserve(what);
          asked.forEach(each -> each.complete(null));
          return hold;
        });
    List<String> sessions = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      sessions.add(node.accepted(SessionText.lines(3), 1));
    }

    for (String session : sessions) {
      assertEquals(3, node.finished(session).embedded());
    }
    assertEquals(64, wanted.stream().map(SessionReservations.Wanted::sessionId).distinct().count());
    await().atMost(WorkHarness.PATIENCE).until(() -> released.get() == asked.size());
  }
}
