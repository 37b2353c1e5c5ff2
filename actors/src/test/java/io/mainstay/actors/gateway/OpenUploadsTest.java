package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OpenUploadsTest {
  private final AtomicLong now = new AtomicLong(-5);
  private final OpenUploads uploads = new OpenUploads(2, Duration.ofNanos(100), now::get);

  @Test
  void beyondTheLimit_isBusy_untilOneEnds() {
    uploads.begin("a");
    uploads.begin("b");
    Refusal busy = assertThrows(Refusal.class, () -> uploads.begin("c"));
    assertTrue(busy.retryAfterMillis() > 0);
    uploads.end("a");
    uploads.begin("c");
    assertThrows(Refusal.class, () -> uploads.begin("d"));
  }

  @Test
  void oneThatRests_losesItsPlace_oneThatGrowsKeepsIt() {
    uploads.begin("resting");
    uploads.begin("growing");
    now.addAndGet(80);
    uploads.touch("growing");
    now.addAndGet(80);
    assertEquals(List.of("resting"), uploads.expired());
    assertEquals(List.of(), uploads.expired());
    uploads.begin("next");
    assertThrows(Refusal.class, () -> uploads.begin("third"));
  }
}
