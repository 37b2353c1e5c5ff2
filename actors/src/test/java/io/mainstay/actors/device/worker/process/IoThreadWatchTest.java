package io.mainstay.actors.device.worker.process;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class IoThreadWatchTest {
  @Test
  void runnable_readsTheLetterAfterTheName_whateverTheNameHolds() {
    assertTrue(IoThreadWatch.runnable("17 (a) R worker) R 1 17"));
    assertFalse(IoThreadWatch.runnable("17 (R) S 1 17"));
    assertFalse(IoThreadWatch.runnable("17 (worker) T 1 17"));
    assertFalse(IoThreadWatch.runnable(""));
  }

  @Test
  void sleepingProcess_isIdle_aSpinningOneIsNot() throws Exception {
    Process sleeping = new ProcessBuilder("cat").start();
    Process spinning = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
    try {
      IoThreadWatch ofSleeping = new IoThreadWatch();
      IoThreadWatch ofSpinning = new IoThreadWatch();
      await("cat waits for input")
          .atMost(Duration.ofSeconds(10))
          .until(() -> ofSleeping.idleSince(sleeping.pid()));
      assertFalse(ofSpinning.idleSince(spinning.pid()));
      assertFalse(ofSpinning.idleSince(spinning.pid()));
    } finally {
      sleeping.destroyForcibly();
      spinning.destroyForcibly();
    }
  }
}
