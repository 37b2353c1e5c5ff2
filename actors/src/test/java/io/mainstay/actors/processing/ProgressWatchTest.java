package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressWatchTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 100);
  private final AtomicInteger told = new AtomicInteger();
  private final ProgressWatch watch =
      new ProgressWatch(Duration.ofNanos(1_000), now::get, told::incrementAndGet);

  @Test
  void refusals_areToldOnlyAfterAWhileWithoutAnyResult() {
    now.addAndGet(999);
    watch.refused(false);
    assertEquals(0, told.get());
    now.addAndGet(1);
    watch.refused(false);
    watch.refused(false);
    assertEquals(2, told.get());
    watch.made();
    watch.refused(false);
    assertEquals(2, told.get());
  }

  @Test
  void sessionOfWhichSomethingIsUnderWay_isNotStuck() {
    now.addAndGet(5_000);
    watch.refused(true);
    assertEquals(0, told.get());
  }
}
