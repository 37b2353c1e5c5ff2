package io.mainstay.actors.recovery.action.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.consistency.ConsistencyMonitor;
import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.delivery.CourierHealth;
import io.mainstay.actors.outage.OutageCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ShippedRecoveries;
import io.mainstay.actors.recovery.action.inference.RouteActions;
import io.mainstay.actors.recovery.catalog.StrategyName;
import io.mainstay.actors.recovery.engine.RecoveryDefinition.StepDefinition;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconnectionActionsTest {
  private static final String ERROR = "cross_domain_communication_failure";
  private static final Map<String, String> PAUSES =
      Map.of("pause-ms", "10", "pause-factor", "2", "pause-max-ms", "50");

  private final RecoveryStage stage =
      new RecoveryStage(
          (actions, floor) -> {
            ReconnectionActions.add(actions, floor);
            RouteActions.add(actions, floor);
          });

  @AfterEach
  void end() {
    stage.close();
  }

  private static Map<String, String> channel(String name) {
    return Map.of("channel", name, "pause-ms", "10", "pause-factor", "2", "pause-max-ms", "50");
  }

  private void outages(OutageCommand.OutageView... away) {
    stage.outages =
        told -> {
          if (told instanceof OutageCommand.Get get) {
            get.replyTo().tell(new OutageCommand.Outages(List.of(away)));
          }
        };
  }

  @Test
  void channelThatIsSilentAtFirst_isAskedUntilItAnswers() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    stage.devices(RecoveryStage.view("cpu-0", "serving", 1));
    stage.memory =
        told -> {
          if (asked.incrementAndGet() > 2 && told instanceof MemoryCommand.ListLedgers list) {
            list.replyTo()
                .tell(
                    new MemoryCommand.LedgerList(
                        List.of(new MemoryCommand.LedgerView("cpu-0", 100, 100, 40, List.of()))));
          }
        };
    Done done =
        assertInstanceOf(
            Done.class, stage.perform("reconnect_channel", ERROR, "x", channel("memory")));
    assertTrue(done.evidence().contains("cpu-0 40 of 100 bytes reserved"), done.evidence());
    assertTrue(done.evidence().contains("attempt 3"), done.evidence());
  }

  @Test
  void memoryThatDoesNotKnowADevice_isToldOfIt() throws Exception {
    stage.devices(RecoveryStage.view("cpu-7", "serving", 1));
    Map<String, Long> known = new ConcurrentHashMap<>();
    stage.memory =
        told -> {
          if (told instanceof MemoryCommand.ListLedgers list) {
            list.replyTo()
                .tell(
                    new MemoryCommand.LedgerList(
                        known.entrySet().stream()
                            .map(
                                one ->
                                    new MemoryCommand.LedgerView(
                                        one.getKey(), one.getValue(), 100, 0, List.of()))
                            .toList()));
          } else if (told instanceof MemoryCommand.RegisterDevice register) {
            known.put(register.deviceId(), register.budgetBytes());
          }
        };
    assertInstanceOf(Done.class, stage.perform("reconnect_channel", ERROR, "x", channel("memory")));
    assertEquals(Map.of("cpu-7", 1_000L), known);
  }

  @Test
  void modelDomainThatDoesNotKnowWhatAWorkerHas_reconcilesUntilItDoes() throws Exception {
    stage.devices(RecoveryStage.view("cpu-0", "serving", 1, "m"));
    AtomicInteger reconciled = new AtomicInteger();
    stage.model =
        told -> {
          if (told instanceof ModelCommand.GetFacts get) {
            List<ModelFacts.Residence> known =
                reconciled.get() == 0
                    ? List.of()
                    : List.of(new ModelFacts.Residence("m", "cpu-0", "loaded"));
            get.replyTo().tell(new ModelFacts(known, List.of(), Map.of(), Map.of()));
          } else if (told instanceof ModelCommand.Reconcile) {
            reconciled.incrementAndGet();
          }
        };
    assertInstanceOf(Done.class, stage.perform("reconnect_channel", ERROR, "x", channel("model")));
    assertEquals(1, reconciled.get());
  }

  @Test
  void sessionThatNobodyWorksOn_isWoken_butNotOneThatMayNotBe() throws Exception {
    List<String> woken = new CopyOnWriteArrayList<>();
    stage.processing =
        told -> {
          if (told instanceof ProcessingCommand.GetFacts get) {
            get.replyTo()
                .tell(
                    new ProcessingCommand.Facts(
                        Set.copyOf(woken),
                        Set.of("forgotten", "kept"),
                        Set.of(),
                        Map.of(),
                        Map.of(),
                        Set.of("kept")));
          } else if (told instanceof ProcessingCommand.PutRight right) {
            woken.add(right.sessionId());
          }
        };
    assertInstanceOf(
        Done.class, stage.perform("reconnect_channel", ERROR, "x", channel("processing")));
    assertEquals(List.of("forgotten"), woken);
  }

  @Test
  void channelThatStaysSilent_isAFailureThatSaysHowOftenItWasAsked() throws Exception {
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.performShortly("reconnect_channel", ERROR, "x", channel("processing")));
    assertEquals("reconnection_failed", failed.code());
    assertTrue(
        failed.message().startsWith("processing answers and knows what it works with: not in "),
        failed.message());
  }

  @Test
  void postprocessingWithoutAnEngine_isNoChannelThatAnswers() throws Exception {
    assertInstanceOf(
        Failed.class,
        stage.performShortly("reconnect_channel", ERROR, "x", channel("postprocessing")));
  }

  @Test
  void deviceWithoutAWorker_isToldToConnect_andIsWaitedFor() throws Exception {
    outages();
    stage.devices(
        RecoveryStage.view("cpu-0", "serving", 1), RecoveryStage.view("cpu-1", "restarting", 2));
    stage.device =
        told -> {
          if (told instanceof DeviceCommand.Reconnect reconnect) {
            assertEquals("cpu-1", reconnect.deviceId());
            stage.devices(
                RecoveryStage.view("cpu-0", "serving", 1),
                RecoveryStage.view("cpu-1", "serving", 3));
          } else {
            stage.listDevices(told);
          }
        };
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform("reconnect_workers", "missed_heartbeat", "device/cpu-1", PAUSES));
    assertEquals("cpu-1 serving, worker 1003 (epoch 3) (attempt 2)", done.evidence());
  }

  @Test
  void deviceThatIsOutOfReach_isNotConnected_thoughItsWorkerServes() throws Exception {
    outages(new OutageCommand.OutageView("cpu-0", "frozen", 1, true));
    stage.devices(RecoveryStage.view("cpu-0", "serving", 1));
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.performShortly("reconnect_workers", "missed_heartbeat", "device/cpu-0", PAUSES));
    assertTrue(failed.message().contains("still out of reach: cpu-0 frozen"), failed.message());
  }

  @Test
  void deviceThatWasGivenUp_isNobodyElsesConcern_butItsOwn() throws Exception {
    outages();
    stage.devices(
        RecoveryStage.view("cpu-0", "serving", 1), RecoveryStage.view("cpu-1", "failed", 0));
    assertInstanceOf(
        Done.class, stage.perform("reconnect_workers", ERROR, "/user/node/model", PAUSES));
    assertInstanceOf(
        Failed.class,
        stage.performShortly("reconnect_workers", "missed_heartbeat", "device/cpu-1", PAUSES));
  }

  @Test
  void partsThatDisagree_areLookedAtAgain_untilTheyAgree() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    stage.consistency =
        told -> {
          if (told instanceof ConsistencyMonitor.CheckNow now) {
            now.replyTo().tell(view(looks.incrementAndGet() < 3 ? 1 : 0));
          }
        };
    Done done =
        assertInstanceOf(Done.class, stage.perform("check_consistency", ERROR, "x", PAUSES));
    assertTrue(done.evidence().contains("0 divergences now"), done.evidence());
    assertEquals(3, looks.get());
  }

  private static ConsistencyView view(int divergences) {
    return new ConsistencyView(
        1,
        false,
        1,
        0,
        0,
        List.of(
            new ConsistencyView.Check("model_cache", null, "unknown", 1, divergences, List.of())));
  }

  /** A webhook that is in trouble for so many looks; notes which asked it to try at once. */
  private List<Boolean> webhook(int looks) {
    List<Boolean> tried = new CopyOnWriteArrayList<>();
    stage.notifications =
        told -> {
          if (told instanceof NotificationCommand.LookAtDelivery look) {
            boolean well = tried.size() >= looks;
            tried.add(look.tryNow());
            look.replyTo()
                .tell(
                    new CourierHealth(
                        look.channel(),
                        true,
                        well ? 0 : 3,
                        well ? "" : "hooks.example.org is called too often: 429",
                        "",
                        Duration.ofMillis(100),
                        well ? 1 : 0,
                        well));
          }
        };
    return tried;
  }

  @Test
  void serviceInTrouble_isTriedAtOnceOnce_andHasRecoveredWhenItTakesMessages() throws Exception {
    List<Boolean> tried = webhook(3);
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform("reconnect_service", "rate_limit", "service/webhook", Map.of()));
    assertTrue(done.evidence().contains("webhook delivers"), done.evidence());
    assertTrue(done.evidence().contains("3 notifications wait"), done.evidence());
    assertEquals(List.of(true, false, false, false), tried);
  }

  @Test
  void serviceThatStaysInTrouble_hasNotRecovered() throws Exception {
    webhook(Integer.MAX_VALUE);
    Failed failed =
        assertInstanceOf(
            Failed.class,
            stage.perform("reconnect_service", "rate_limit", "service/webhook", Map.of()));
    assertTrue(failed.message().contains("called too often: 429"), failed.message());
  }

  /**
   * A node that began anew between two steps: its courier knows of no trouble, and of nothing else.
   */
  @Test
  void serviceThatNothingWasTriedAt_isWaitedFor_untilItTakesAMessage() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    stage.notifications =
        told -> {
          if (told instanceof NotificationCommand.LookAtDelivery look) {
            boolean taken = looks.incrementAndGet() > 3;
            look.replyTo()
                .tell(
                    new CourierHealth(
                        look.channel(), true, 1, "", "", Duration.ZERO, taken ? 1 : 0, taken));
          }
        };
    Done done =
        assertInstanceOf(
            Done.class,
            stage.perform("reconnect_service", "api_failure", "service/webhook", Map.of()));
    assertEquals(4, looks.get());
    assertTrue(done.evidence().contains("1 messages were taken"), done.evidence());
  }

  /** No device is to blame for a webhook, and none is told anything for it. */
  @Test
  void faultOfAService_asksNothingOfTheNode() throws Exception {
    List<Object> told = new CopyOnWriteArrayList<>();
    stage.device = told::add;
    stage.memory = told::add;
    stage.model = told::add;
    stage.processing = told::add;
    stage.inference = told::add;
    stage.outages = told::add;
    stage.consistency = told::add;
    for (StepDefinition step :
        ShippedRecoveries.book()
            .strategy(StrategyName.PROGRESSIVE_RECONNECTION)
            .orElseThrow()
            .steps()) {
      if (!step.action().equals("reconnect_service")) {
        Done done =
            assertInstanceOf(
                Done.class,
                stage.perform(step.action(), "api_failure", "service/webhook", step.parameters()));
        assertTrue(done.evidence().contains("about service/webhook"), done.evidence());
      }
    }
    assertEquals(List.of(), told);
  }

  @Test
  void faultOfTheNodeItself_asksNoService() throws Exception {
    List<Boolean> tried = webhook(0);
    Done done =
        assertInstanceOf(
            Done.class, stage.perform("reconnect_service", ERROR, "platform", Map.of()));
    assertTrue(done.evidence().contains("no service"), done.evidence());
    assertEquals(List.of(), tried);
  }
}
