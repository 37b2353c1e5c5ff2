package io.mainstay.actors.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.recovery.Severity;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NotificationRoutingTest {
  private static final Set<Channel> HERE = EnumSet.of(Channel.USER_INTERFACE, Channel.SYSTEM_LOGS);
  private static final List<Set<Channel>> CONFIGURED =
      List.of(
          Set.of(),
          Set.of(Channel.EMAIL),
          Set.of(Channel.WEBHOOK),
          Set.of(Channel.EMAIL, Channel.WEBHOOK));

  /** Every kind, severity, threshold and configuration; no case is left out. */
  @Test
  void route_ofEverything_isAsItsAudienceSays() {
    int cases = 0;
    for (Set<Channel> configured : CONFIGURED) {
      for (Severity from : Severity.values()) {
        NotificationRouting routing = new NotificationRouting(from, configured);
        for (NotificationKind kind : NotificationKind.values()) {
          for (Severity severity : Severity.values()) {
            check(routing.of(kind, severity), kind, severity, from, configured);
            Set<Channel> others = EnumSet.noneOf(Channel.class);
            others.addAll(routing.of(kind, severity, true).channels());
            assertEquals(routing.of(kind, severity).channels(), others);
            others.remove(Channel.USER_INTERFACE);
            assertEquals(others, routing.of(kind, severity, false).channels());
            cases++;
          }
        }
      }
    }
    assertEquals(4 * 5 * 5 * NotificationKind.values().length, cases);
  }

  private static void check(
      Route route,
      NotificationKind kind,
      Severity severity,
      Severity from,
      Set<Channel> configured) {
    String which = kind + " " + severity + " from " + from + " with " + configured;
    if (kind == NotificationKind.RECOVERY_PROGRESS) {
      assertEquals(Set.of(Channel.USER_INTERFACE), route.channels(), which);
      assertTrue(!route.journaled() && !route.acknowledged(), which);
      assertEquals(Route.Presentation.PROGRESS_UPDATE, route.presentation(), which);
      return;
    }
    assertTrue(route.journaled(), which);
    assertTrue(route.channels().containsAll(HERE), which);
    assertEquals(severity == Severity.CRITICAL, route.acknowledged(), which);
    Set<Channel> expected = EnumSet.copyOf(HERE);
    boolean administrators =
        switch (kind.audience()) {
          case WATCHERS, USERS -> false;
          case ADMINISTRATORS_TOO -> true;
          case BY_SEVERITY -> severity.ordinal() <= from.ordinal();
        };
    if (administrators) {
      expected.addAll(configured);
    }
    assertEquals(expected, route.channels(), which);
  }

  @Test
  void failingDeliveries_areNeverToldByDelivery_andDiscoveryStaysInTheHouse() {
    NotificationRouting routing = new NotificationRouting(Severity.INFO, Set.of(Channel.EMAIL));
    for (Severity severity : Severity.values()) {
      assertEquals(HERE, routing.of(NotificationKind.DELIVERY_ABANDONED, severity).channels());
      assertEquals(
          HERE, routing.of(NotificationKind.DEVICE_DISCOVERY_RECOVERED, severity).channels());
    }
    assertEquals(Set.of(), routing.escalated(NotificationKind.DELIVERY_ABANDONED));
    assertEquals(Set.of(Channel.EMAIL), routing.escalated(NotificationKind.INTAKE_PAUSED));
  }

  @Test
  void severities_haveTheSeedsFourLogLevels_andThreePresentations() {
    assertEquals(
        List.of("CRITICAL", "ERROR", "WARNING", "INFO", "INFO"),
        List.of(Severity.values()).stream().map(s -> SystemLog.level(s).name()).toList());
    NotificationRouting routing = new NotificationRouting(Severity.HIGH, Set.of());
    Set<Route.Presentation> seen = EnumSet.noneOf(Route.Presentation.class);
    for (NotificationKind kind : NotificationKind.values()) {
      for (Severity severity : Severity.values()) {
        seen.add(routing.of(kind, severity).presentation());
      }
    }
    assertEquals(EnumSet.allOf(Route.Presentation.class), seen);
  }
}
