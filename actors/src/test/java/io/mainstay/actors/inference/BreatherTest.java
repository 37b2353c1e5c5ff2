package io.mainstay.actors.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** A device that is never left alone computes as much as it may, and no more. */
class BreatherTest {
  @Property
  void aBusyDevice_computesItsShare(
      @ForAll @Size(min = 5, max = 50) List<@IntRange(min = 1, max = 500) Integer> millis) {
    Breather breather = new Breather();
    long now = 1_000_000;
    long start = now;
    long worked = 0;
    for (int call : millis) {
      long compute = call * 1_000_000L;
      now += compute;
      worked += compute;
      breather.worked(Duration.ofNanos(compute), 0.8, now);
      now += Math.max(0, breather.left(0.8, now).toNanos());
    }
    assertEquals(0.8, (double) worked / (now - start), 0.001);
  }

  @Example
  void withoutALimit_itDoesNotRest() {
    Breather breather = new Breather();
    breather.worked(Duration.ofSeconds(1), 0.8, 0);
    assertTrue(breather.left(0.8, 0).toMillis() > 200);
    assertEquals(Duration.ZERO, breather.left(1, 0));
    breather.worked(Duration.ofSeconds(1), 1, 0);
    assertEquals(Duration.ZERO, breather.left(0.8, 0));
  }
}
