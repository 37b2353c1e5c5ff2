package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionRestsTest {
  private final SessionRests rests = new SessionRests();

  @Test
  void over_ofOneHolder_leavesTheOthers() {
    rests.rest("memory", Set.of("a", "b"), 65_000);
    rests.rest("deferral", Set.of("a"), 30_000);
    assertEquals(OptionalLong.of(30_000), rests.next());
    assertEquals(List.of(), rests.over(30_000));
    assertEquals(Set.of(), rests.sessions("deferral"));
    assertEquals(Set.of("a", "b"), rests.sessions("memory"));
    assertEquals(OptionalLong.of(65_000), rests.next());
    assertEquals(Set.of("a", "b"), Set.copyOf(rests.over(65_000)));
    assertEquals(OptionalLong.empty(), rests.next());
  }

  @Test
  void rest_ofTheSameHolder_lastsUntilTheLaterEnd() {
    rests.rest("memory", Set.of("a"), 65_000);
    rests.rest("memory", Set.of("a"), 60_000);
    assertEquals(List.of(), rests.over(64_999));
    assertTrue(rests.rests("a"));
  }

  @Test
  void letGo_isForThatHolderAlone_andNotForTheExcepted() {
    rests.rest("one", Set.of("a", "b"), 10);
    rests.rest("other", Set.of("a"), 10);
    rests.letGo("one", Set.of("b"));
    assertEquals(Set.of("a", "b"), rests.sessions());
    assertEquals(Set.of("b"), rests.sessions("one"));
    rests.letGo("other", Set.of());
    assertEquals(Set.of("b"), rests.sessions());
  }

  @Test
  void closed_isAsLongAsSomebodyNeedsIt() {
    rests.close("one", 10);
    rests.close("other", 20);
    rests.letGo("one", Set.of());
    assertTrue(rests.isClosed());
    assertEquals(OptionalLong.of(20), rests.next());
    rests.over(20);
    assertFalse(rests.isClosed());
  }
}
