package io.mainstay.actors.transaction;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.SessionReservations;
import io.mainstay.actors.processing.SessionReservations.Hold;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionOutcome;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionProtocol;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a session holds in transactions, whatever these come to and in whatever order. */
class SessionTransactionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private record Begun(String id, TransactionPlan plan, CompletableFuture<TransactionOutcome> end) {
    void ends(boolean committed, String code) {
      end.complete(new TransactionOutcome(id, committed, code, "because", "none", null));
    }

    String device() {
      return plan.works().stream()
          .filter(ParticipantWork.PrepareInference.class::isInstance)
          .map(work -> ((ParticipantWork.PrepareInference) work).deviceId())
          .findFirst()
          .orElseThrow();
    }
  }

  /** Transactions that end as the test says. */
  private static final class Scripted implements TransactionStarter {
    private final List<Begun> begun = new CopyOnWriteArrayList<>();
    private final List<String> released = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger releasesFail = new AtomicInteger();

    @Override
    public String nextId() {
      return "tx-" + ids.incrementAndGet();
    }

    @Override
    public CompletionStage<TransactionOutcome> carryThrough(String id, TransactionPlan plan) {
      Begun each = new Begun(id, plan, new CompletableFuture<>());
      begun.add(each);
      return each.end();
    }

    @Override
    public CompletionStage<TransactionProtocol.Released> release(
        String id, boolean handOver, String reason) {
      if (releasesFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        return CompletableFuture.failedStage(new TimeoutException("the disk is full"));
      }
      assertFalse(handOver);
      released.add(id);
      return CompletableFuture.completedStage(new TransactionProtocol.Released(id, "released"));
    }

    Begun begun(int count) {
      await().atMost(PATIENCE).until(() -> begun.size() >= count);
      assertEquals(count, begun.size());
      return begun.get(count - 1);
    }
  }

  private static ActorTestKit kit;
  private final Scripted transactions = new Scripted();

  @BeforeAll
  static void start() {
    kit =
        ActorTestKit.create(
            "session-transactions",
            ConfigFactory.parseString(
                    "akka.actor.provider = local\n"
                        + "mainstay.transaction.session-release"
                        + " { tries = 4, pause-min = 1ms, pause-max = 5ms }")
                .withFallback(ConfigFactory.load()));
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  private SessionReservations on(DeviceCommand.DeviceList devices) {
    return new SessionTransactions(
        transactions,
        kit.spawn(
            Behaviors.<DeviceCommand>receiveMessage(
                asked -> {
                  ((DeviceCommand.ListDevices) asked).replyTo().tell(devices);
                  return Behaviors.same();
                })),
        kit.system(),
        ParticipationSettings.of(kit.system().settings().config()),
        Duration.ofMillis(700));
  }

  private Hold reserve(String... operations) {
    return on(devices()).reserve(wanted(operations));
  }

  private static SessionReservations.Wanted wanted(String... operations) {
    return new SessionReservations.Wanted(
        "s", WorkClass.INTERACTIVE, "tiny", "text_to_image", List.of(operations));
  }

  /** The first one fails, the last one has the model. */
  private static DeviceCommand.DeviceList devices() {
    return new DeviceCommand.DeviceList(
        List.of(
            device("broken", "failed"),
            device("empty", "serving"),
            device("kept", "serving", "tiny"),
            device("warm", "serving", "tiny")),
        List.of(
            new DeviceReservation("kept", "t", "operator", DeviceReservation.Kind.EXCLUSIVE),
            new DeviceReservation("empty", "t", "load:l", DeviceReservation.Kind.MODEL_LOADING)));
  }

  private static DeviceView device(String id, String state, String... models) {
    return new DeviceView(
        id, "cpu", "test", state, 1, 1, 42, "none", 0, 0, 1, 0, List.of(models), 0, 0, "");
  }

  private static void granted(Hold hold) throws Exception {
    hold.granted().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static Refusal refused(Hold hold) {
    CompletionException failure =
        assertThrows(
            CompletionException.class,
            () ->
                hold.granted()
                    .toCompletableFuture()
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join());
    return (Refusal) failure.getCause();
  }

  @Test
  void reserve_isOnTheDeviceThatHasTheModel_andOneTransaction() throws Exception {
    Hold hold = reserve();
    Begun inference = transactions.begun(1);
    assertEquals("warm", inference.device());
    assertEquals(TransactionPlan.PROCESSING_INFERENCE, inference.plan().operation());
    assertEquals("session:s", inference.plan().owner());
    inference.ends(true, "");
    granted(hold);

    hold.release();

    await().atMost(PATIENCE).until(() -> transactions.released.equals(List.of("tx-1")));
    assertEquals(1, transactions.begun.size());
  }

  @Test
  void reserve_ofPictures_hasTheChainInASecondTransaction() throws Exception {
    Hold hold = reserve("safety_check", "format_conversion");
    transactions.begun(1).ends(true, "");
    Begun chain = transactions.begun(2);
    assertEquals(TransactionPlan.INFERENCE_POSTPROCESSING, chain.plan().operation());
    assertEquals("warm", chain.device());
    assertFalse(hold.granted().toCompletableFuture().isDone());
    chain.ends(true, "");
    granted(hold);

    hold.release();

    await().atMost(PATIENCE).until(() -> transactions.released.size() == 2);
  }

  @Test
  void device_thatRefuses_isFollowedByTheNext_andOnlyWhatIsHeldIsReleased() throws Exception {
    Hold hold = reserve();
    transactions.begun(1).ends(false, "device_memory_exhausted");
    Begun second = transactions.begun(2);
    assertEquals("empty", second.device());
    second.ends(true, "");
    granted(hold);

    hold.release();

    await().atMost(PATIENCE).until(() -> transactions.released.equals(List.of("tx-2")));
  }

  @Test
  void chain_thatIsRefused_givesTheModelBack_andIsNotTriedElsewhere() {
    Hold hold = reserve("safety_check");
    transactions.begun(1).ends(true, "");
    transactions.begun(2).ends(false, "safety_policy_unusable");

    Refusal why = refused(hold);
    assertEquals("safety_policy_unusable", why.code());
    assertEquals(0, why.retryAfterMillis());
    await().atMost(PATIENCE).until(() -> transactions.released.equals(List.of("tx-1")));
    assertEquals(2, transactions.begun.size());
  }

  @Test
  void refusal_thatPasses_saysWhenToAskAgain() {
    Hold hold = reserve();
    transactions.begun(1).ends(false, "device_busy_loading");
    transactions.begun(2).ends(false, "device_reserved");

    Refusal why = refused(hold);
    assertEquals(700, why.retryAfterMillis());
    assertTrue(why.getMessage().contains("device_reserved"), why.getMessage());
  }

  @Test
  void noDevice_isARefusalThatPasses() {
    Hold hold = on(new DeviceCommand.DeviceList(List.of())).reserve(wanted());

    assertEquals(700, refused(hold).retryAfterMillis());
    assertEquals(0, transactions.begun.size());
  }

  @Test
  void endThatIsNotKnown_isReleased_sinceItMayCommitYet() {
    Hold hold =
        on(new DeviceCommand.DeviceList(List.of(device("one", "serving")))).reserve(wanted());
    transactions.begun(1).end().completeExceptionally(new TimeoutException("no answer"));

    assertEquals(700, refused(hold).retryAfterMillis());
    await().atMost(PATIENCE).until(() -> transactions.released.equals(List.of("tx-1")));
  }

  @Test
  void released_whileItIsPrepared_isReleasedAgainWhenItCommits() {
    Hold hold = reserve("safety_check");
    Begun inference = transactions.begun(1);
    hold.release();
    await().atMost(PATIENCE).until(() -> transactions.released.equals(List.of("tx-1")));

    // That came before it began, at the coordinator.
    inference.ends(true, "");

    await().atMost(PATIENCE).until(() -> transactions.released.equals(List.of("tx-1", "tx-1")));
    assertEquals("session_over", refused(hold).code());
    assertEquals(1, transactions.begun.size());
  }

  @Test
  void released_whileItIsPrepared_isReleasedAgainWhenItsEndIsNotKnown() {
    Hold hold = reserve();
    Begun inference = transactions.begun(1);
    hold.release();
    await().atMost(PATIENCE).until(() -> transactions.released.equals(List.of("tx-1")));

    inference.end().completeExceptionally(new TimeoutException("no answer"));

    await().atMost(PATIENCE).until(() -> transactions.released.equals(List.of("tx-1", "tx-1")));
    assertEquals(1, transactions.begun.size());
  }

  @Test
  void release_thatIsNotAnswered_isTriedAgain() throws Exception {
    Hold hold = reserve();
    transactions.begun(1).ends(true, "");
    granted(hold);
    transactions.releasesFail.set(3);

    hold.release();
    hold.release();

    await().atMost(PATIENCE).until(() -> transactions.released.equals(List.of("tx-1")));
  }
}
