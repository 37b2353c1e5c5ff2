package io.mainstay.actors.state.propagation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.state.cache.CacheKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FrozenMailTest {
  private final FrozenMail mail = new FrozenMail(2);

  @Test
  void ofEachThingTheLastWaits_inTheOrderInWhichThoseCame() {
    mail.freeze("cpu-0", Instant.EPOCH);
    Change first = policy(1, "v1");
    Change pause = pause(2, "s");
    Change second = policy(3, "v2");
    assertTrue(mail.hold("cpu-0", first));
    assertTrue(mail.hold("cpu-0", pause));
    assertTrue(mail.hold("cpu-0", second));
    assertTrue(mail.isFrozen("cpu-0"));
    assertEquals(List.of(pause, second), mail.thaw("cpu-0"));
    assertFalse(mail.isFrozen("cpu-0"));
    assertEquals(List.of(), mail.thaw("cpu-0"));
  }

  @Test
  void fullMail_hasAPlaceForPoliciesAndForWhatIsThere_only() {
    assertTrue(mail.hold("cpu-0", pause(1, "a")));
    assertTrue(mail.hold("cpu-0", pause(2, "b")));
    assertFalse(mail.hold("cpu-0", pause(3, "c")));
    assertTrue(mail.hold("cpu-0", pause(4, "a")));
    assertTrue(mail.hold("cpu-0", policy(5, "v1")));
    assertTrue(mail.hold("cpu-1", pause(6, "c")), "each device has its own");
    assertEquals(List.of(2L, 4L, 5L), mail.thaw("cpu-0").stream().map(Change::id).toList());
  }

  @Test
  void sessionThatIsOver_isForgotten() {
    mail.hold("cpu-0", pause(1, "a"));
    mail.hold("cpu-0", pause(2, "b"));
    mail.forget("a");
    assertEquals(List.of(2L), mail.thaw("cpu-0").stream().map(Change::id).toList());
  }

  private static Change policy(long id, String version) {
    return Change.of(
        id, CacheKey.NODE, Told.envelope(id, Told.policy(version)), Set.of(Change.EVERYWHERE));
  }

  private static Change pause(long id, String session) {
    return Change.of(
        id, CacheKey.NODE, Told.envelope(id, Told.pause(session)), Set.of(Change.EVERYWHERE));
  }
}
