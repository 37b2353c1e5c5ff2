package io.mainstay.actors.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.node.RecoverySequence.Component;
import io.mainstay.actors.node.RecoverySequence.Look;
import io.mainstay.actors.node.RecoverySequence.Patience;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.NodeEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeRecoveryTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final RecoverySettings SETTINGS =
      new RecoverySettings(
          Duration.ofMillis(5),
          Duration.ofMillis(5),
          new Patience(Duration.ofMillis(60), Duration.ofSeconds(1)),
          100);

  /** How a component comes back. */
  private enum Manner {
    AT_ONCE,
    SLOWLY,
    IN_PART,
    FAILED,
    THROWS,
    SILENT
  }

  private final TestProbe<String> told = KIT.createTestProbe();
  private final TestProbe<AlertCommand> alerts = KIT.createTestProbe();
  private final Map<Component, Manner> manners = new ConcurrentHashMap<>();
  private final Map<Component, AtomicInteger> looks = new ConcurrentHashMap<>();

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private CompletionStage<Look> look(Component component) {
    int number = looks.computeIfAbsent(component, c -> new AtomicInteger()).incrementAndGet();
    return switch (manners.get(component)) {
      case AT_ONCE -> CompletableFuture.completedStage(Look.whole("all"));
      case SLOWLY ->
          CompletableFuture.completedStage(number < 4 ? Look.useless("none") : Look.whole("all"));
      case IN_PART -> CompletableFuture.completedStage(new Look(false, true, false, "half"));
      case FAILED -> CompletableFuture.completedStage(new Look(false, true, true, "half failed"));
      case THROWS -> CompletableFuture.failedStage(new IllegalStateException("broken"));
      case SILENT -> new CompletableFuture<>();
    };
  }

  /** Each component says what work reaches it; its work is there before anything is back. */
  private ActorRef<NodeRecovery.Command> recover(RecoverySettings settings) {
    RecoveryGates gates = new RecoveryGates(settings.heldMax());
    for (Component component : Component.values()) {
      ActorRef<String> actor =
          KIT.spawn(
              gates.before(
                  component,
                  String.class,
                  message -> message.startsWith("work"),
                  Behaviors.receiveMessage(
                      message -> {
                        told.ref().tell(message + " at " + component + tooEarly(component));
                        return Behaviors.same();
                      })));
      actor.tell("work");
    }
    ActorRef<HistoryLog.Command<NodeEvent>> log =
        KIT.spawn(
            Behaviors.receiveMessage(
                command -> {
                  NodeEvent.RecoveryStep step =
                      (NodeEvent.RecoveryStep) ((HistoryLog.Record<NodeEvent>) command).event();
                  told.ref().tell("told " + step.component().toUpperCase(Locale.ROOT));
                  return Behaviors.same();
                }));
    EventStamper stamper = EventStamper.system();
    EventMeta cause = stamper.root();
    return KIT.spawn(
        NodeRecovery.create(
            settings,
            new NodeRecovery.Collaborators(this::look, gates, log, alerts.ref(), stamper),
            cause));
  }

  /** Empty if all that it leans on were looked at, and a slow one more than once. */
  private String tooEarly(Component component) {
    for (Component before : RecoverySequence.ORDER.subList(0, component.ordinal())) {
      int needed = manners.get(before) == Manner.SLOWLY ? 2 : 1;
      if (looks.computeIfAbsent(before, c -> new AtomicInteger()).get() < needed) {
        return " before " + before;
      }
    }
    return "";
  }

  private List<String> until(Set<String> last) {
    List<String> all = new ArrayList<>();
    Set<String> missing = new HashSet<>(last);
    while (!missing.isEmpty()) {
      String next = told.receiveMessage(WAIT);
      all.add(next);
      missing.remove(next);
    }
    return all;
  }

  /** Whoever is slow or fails: nobody takes work before those it leans on are told, and all do. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void work_reachesAComponentOnlyAfterAllBeforeItAreTold(long seed) {
    Random random = new Random(seed);
    for (Component component : Component.values()) {
      manners.put(component, Manner.values()[random.nextInt(Manner.values().length)]);
    }
    recover(SETTINGS);
    Set<String> awaited = new HashSet<>();
    for (Component component : Component.values()) {
      awaited.add("work at " + component);
      awaited.add("told " + component);
    }
    // Work that came too early says so, and is none of those that are awaited.
    List<String> work =
        until(awaited).stream().filter(message -> message.startsWith("work")).toList();
    assertEquals(Component.values().length, work.size(), work + " of " + manners);
    Map<String, AlertCommand> first = new HashMap<>();
    while (first.size() < Component.values().length) {
      AlertCommand alert = alerts.receiveMessage(WAIT);
      first.putIfAbsent(subject(alert), alert);
    }
    manners.forEach(
        (component, manner) -> {
          AlertCommand alert = first.get(component.name().toLowerCase(Locale.ROOT));
          if (manner != Manner.SLOWLY) {
            assertEquals(
                manner == Manner.AT_ONCE, alert instanceof AlertCommand.Clear, alert.toString());
          }
        });
  }

  private static String subject(AlertCommand alert) {
    return alert instanceof AlertCommand.Raise raise
        ? raise.subject()
        : ((AlertCommand.Clear) alert).subject();
  }

  @Test
  void componentThatIsDegraded_isLookedAt_untilItIsWhole_andItsAlertIsOver() {
    for (Component component : Component.values()) {
      manners.put(component, Manner.AT_ONCE);
    }
    manners.put(Component.DEVICE, Manner.FAILED);
    ActorRef<NodeRecovery.Command> recovery = recover(SETTINGS);
    until(Set.of("work at POSTPROCESSING", "told POSTPROCESSING"));
    AlertCommand.Raise raised = null;
    while (raised == null) {
      raised = alerts.receiveMessage(WAIT) instanceof AlertCommand.Raise one ? one : null;
    }
    assertEquals("recovery_degraded", raised.kind());
    assertEquals("device", raised.subject());
    assertTrue(raised.message().contains("half failed"), raised.message());
    manners.put(Component.DEVICE, Manner.AT_ONCE);
    until(Set.of("told DEVICE"));
    AlertCommand.Clear over = null;
    while (over == null || !over.subject().equals("device")) {
      over = alerts.receiveMessage(WAIT) instanceof AlertCommand.Clear one ? one : null;
    }
    told.expectTerminated(recovery, WAIT);
  }

  @Test
  void gate_lookedThroughByQuestions_holdsWorkInOrder_andTurnsAwayWhatIsTooMuch() {
    RecoveryGate gate = new RecoveryGate(3);
    ActorRef<String> behind =
        KIT.spawn(
            gate.before(
                String.class,
                message -> message.startsWith("work"),
                Behaviors.receiveMessage(
                    message -> {
                      told.ref().tell(message);
                      return Behaviors.same();
                    })));
    for (int i = 0; i < 5; i++) {
      behind.tell("work " + i);
    }
    behind.tell("question");
    assertEquals("question", told.receiveMessage(WAIT));
    assertEquals(new RecoveryGate.Opened(3, 2), gate.open());
    behind.tell("work 5");
    assertEquals(
        List.of("work 0", "work 1", "work 2", "work 5"),
        List.of(
            told.receiveMessage(WAIT),
            told.receiveMessage(WAIT),
            told.receiveMessage(WAIT),
            told.receiveMessage(WAIT)));
    assertEquals(new RecoveryGate.Opened(0, 0), gate.open());
  }
}
