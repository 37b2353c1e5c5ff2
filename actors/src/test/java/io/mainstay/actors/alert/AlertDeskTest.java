package io.mainstay.actors.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import io.mainstay.actors.support.LocalConfig;
import io.mainstay.persistence.alert.Alert;
import io.mainstay.persistence.alert.AlertEvent;
import io.mainstay.persistence.alert.AlertSettings;
import io.mainstay.persistence.alert.AlertState;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlertDeskTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final EventMeta CAUSE =
      EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", Instant.EPOCH);
  private static ActorTestKit kit;
  private EventSourcedBehaviorTestKit<AlertCommand, AlertEvent, AlertState> desk;

  @BeforeAll
  static void startKit() {
    kit = ActorTestKit.create(LocalConfig.with(EventSourcedBehaviorTestKit.config()));
  }

  @AfterAll
  static void endKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void createDesk() {
    desk =
        EventSourcedBehaviorTestKit.create(
            kit.system(),
            AlertDesk.create("n1", new AlertSettings(4, 2, 3, 200, 3, 1), EventStamper.system()),
            EventSourcedBehaviorTestKit.enabledSerializationSettings().withVerifyCommands(false));
    desk.clear();
  }

  @Test
  void raise_isDurable_saysItsCause_andChangesNothingWhileOneIsOpen() {
    TestProbe<Done> told = kit.createTestProbe();
    var first = desk.runCommand(raise("saga_stuck", "s1", told.ref()));
    AlertEvent.AlertRaised event = first.eventOfType(AlertEvent.AlertRaised.class);
    assertEquals(CAUSE.eventId(), event.meta().causeId());
    told.receiveMessage(BOUND);
    Alert alert = desk.getState().open().get(0);
    assertEquals(event.alertId(), alert.alertId());
    assertTrue(alert.isOpen());
    assertTrue(desk.runCommand(raise("saga_stuck", "s1", told.ref())).hasNoEvents());
    told.receiveMessage(BOUND);
    assertFalse(desk.runCommand(raise("saga_stuck", "s2", null)).hasNoEvents());
    desk.restart();
    assertTrue(desk.runCommand(raise("saga_stuck", "s1", null)).hasNoEvents());
    assertEquals(2, page(true, 0, 10).open());
  }

  @Test
  void clear_endsIt_andTheSameMayBeRaisedAnew() {
    String id = raised("saga_stuck", "s1");
    assertTrue(desk.runCommand(new AlertCommand.Clear("saga_stuck", "other")).hasNoEvents());
    var cleared = desk.runCommand(new AlertCommand.Clear("saga_stuck", "s1"));
    assertEquals(id, cleared.eventOfType(AlertEvent.AlertCleared.class).alertId());
    assertTrue(desk.runCommand(new AlertCommand.Clear("saga_stuck", "s1")).hasNoEvents());
    assertEquals(0, page(true, 0, 10).open());
    assertEquals("node", page(false, 0, 10).alerts().get(0).cleared().by());
    assertFalse(raised("saga_stuck", "s1").equals(id));
  }

  @Test
  void acknowledge_leavesItOpen_andIsRefusedOnceItIsCleared() {
    String id = raised("device_failover", "cpu-0");
    Alert seen = ask(to -> new AlertCommand.Acknowledge(id, "alice", "on it", to)).getValue();
    assertEquals("alice", seen.acknowledged().by());
    assertTrue(seen.isOpen());
    Alert again = ask(to -> new AlertCommand.Acknowledge(id, "bob", "", to)).getValue();
    assertEquals("alice", again.acknowledged().by());
    Alert cleared = ask(to -> new AlertCommand.ClearById(id, "alice", "done", to)).getValue();
    assertEquals("done", cleared.cleared().text());
    assertEquals(cleared, ask(to -> new AlertCommand.ClearById(id, "bob", "", to)).getValue());
    assertRefused(ask(to -> new AlertCommand.Acknowledge(id, "bob", "", to)), "was cleared at");
    assertRefused(ask(to -> new AlertCommand.Get("nobody", to)), "past-kept");
    assertEquals(cleared, ask(to -> new AlertCommand.Get(id, to)).getValue());
  }

  @Test
  void openAlerts_areBounded_andTheLastPlaceSaysThatThereAreMore() {
    for (int i = 0; i < 9; i++) {
      desk.runCommand(raise("saga_stuck", "s" + i, null));
    }
    List<Alert> open = desk.getState().open();
    assertEquals(4, open.size());
    assertEquals(AlertDesk.OVERFLOW, open.get(3).kind());
    assertTrue(open.get(3).message().contains("saga_stuck of s3"), open.get(3).message());
    desk.runCommand(new AlertCommand.Clear("saga_stuck", "s0"));
    assertEquals("s1", page(true, 0, 1).alerts().get(0).subject());
  }

  @Test
  void list_isByRaisingInPages_andPastOnesAreForgottenOldestFirst() {
    String first = raised("a", "1");
    String second = raised("a", "2");
    String third = raised("a", "3");
    List.of("1", "2", "3").forEach(s -> desk.runCommand(new AlertCommand.Clear("a", s)));
    String fourth = raised("a", "4");
    assertRefused(ask(to -> new AlertCommand.Get(first, to)), "unknown");
    AlertCommand.Page all = page(false, 0, 10);
    assertEquals(
        List.of(second, third, fourth), all.alerts().stream().map(Alert::alertId).toList());
    assertEquals(1, all.open());
    assertEquals(List.of(third), ids(page(false, 1, 1)));
    assertEquals(List.of(), ids(page(false, 9, 1)));
    assertEquals(List.of(), ids(page(false, -1, -1)));
  }

  @Test
  void longText_isCut() {
    desk.runCommand(new AlertCommand.Raise("a", "1", "x".repeat(300), "y", null));
    Alert alert = desk.getState().open().get(0);
    assertEquals("x".repeat(200) + " ...", alert.message());
    assertNull(alert.acknowledged());
  }

  @Test
  void settings_outOfRange_areRefused_andTheDefaultsAreSound() {
    assertThrows(IllegalArgumentException.class, () -> new AlertSettings(1, 1, 1, 100, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new AlertSettings(2, 0, 1, 100, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new AlertSettings(2, 1, 201, 100, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new AlertSettings(2, 1, 1, 99, 1, 1));
    assertEquals(500, AlertSettings.of(kit.system().settings().config()).openMax());
  }

  private static AlertCommand raise(String kind, String subject, ActorRef<Done> replyTo) {
    return new AlertCommand.Raise(kind, subject, "it is stuck", "redrive it", CAUSE, replyTo);
  }

  private String raised(String kind, String subject) {
    return desk.runCommand(raise(kind, subject, null))
        .eventOfType(AlertEvent.AlertRaised.class)
        .alertId();
  }

  private StatusReply<Alert> ask(Function<ActorRef<StatusReply<Alert>>, AlertCommand> command) {
    return desk.<StatusReply<Alert>>runCommand(command::apply).reply();
  }

  private AlertCommand.Page page(boolean openOnly, int offset, int limit) {
    return desk.<AlertCommand.Page>runCommand(
            to -> new AlertCommand.ListAlerts(openOnly, offset, limit, to))
        .reply();
  }

  private static List<String> ids(AlertCommand.Page page) {
    return page.alerts().stream().map(Alert::alertId).toList();
  }

  private static void assertRefused(StatusReply<Alert> reply, String why) {
    assertTrue(reply.isError());
    assertTrue(reply.getError().getMessage().contains(why), reply.getError().getMessage());
  }
}
