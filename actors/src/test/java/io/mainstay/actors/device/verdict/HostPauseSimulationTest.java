package io.mainstay.actors.device.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.verdict.Liveness.Phase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A healthy and then a hung worker in virtual time under a host that stops. Time runs in steps of a
 * millisecond. Four things act: the host's ticker (every 25 ms, late by up to 20 ms, bursts after a
 * pause left out as {@code Incarnation} does), the worker (answers within 38 ms, the largest gap
 * measured under six busy loops), the reader (starved for up to 400 ms now and then), and pauses of
 * the host of 2 s and of the whole machine of 500 ms.
 */
class HostPauseSimulationTest {
  private static final int BEATS = 100_000;
  private static final Liveness.Limits LIMITS =
      new Liveness.Limits(
          Duration.ofMillis(25),
          Duration.ofMillis(100),
          Duration.ofMillis(100),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void healthyWorker_isNeverKilledInAHundredThousandBeats(long seed) {
    World world = new World(seed);
    while (world.beats < BEATS) {
      world.step();
      assertTrue(world.liveness.phase() != Phase.DEAD, () -> "killed at " + world.now + " ms");
    }
    assertTrue(world.hostPauses > 50, () -> "only " + world.hostPauses + " pauses");
    assertTrue(world.machinePauses > 50, () -> "only " + world.machinePauses + " pauses");
    assertTrue(world.starvations > 50, () -> "only " + world.starvations + " starvations");
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6, 7, 8})
  void hungWorker_isSuspectedWithin125MillisOfAnUndisturbedHost(long seed) {
    World world = new World(seed);
    while (world.beats < 1_000 + seed * 13) {
      world.step();
    }
    world.calm();
    long hungAt = world.now;
    world.hung = true;
    while (world.liveness.phase() == Phase.ALIVE) {
      world.step();
    }
    long suspected = world.now - hungAt;
    while (world.liveness.phase() == Phase.SUSPECTED) {
      world.step();
    }
    long killed = world.now - hungAt;
    // An answer that was under way when it hung counts as life, so up to 38 ms are added.
    assertTrue(suspected <= 125 + 38, () -> "suspected after " + suspected + " ms");
    assertTrue(killed <= 225 + 38, () -> "killed after " + killed + " ms");
    assertEquals(Phase.DEAD, world.liveness.phase());
  }

  private static final class World {
    private final SplittableRandom random;
    private final Deque<Long> answersDue = new ArrayDeque<>();
    private Liveness liveness = Liveness.begin(LIMITS, 0);
    private long now;
    private long nextTick = 25;
    private long hostStopsUntil;
    private long machineStopsUntil;
    private long readerStarvesUntil;
    private int unread;
    private boolean hung;
    private boolean calm;
    private int beats;
    private int hostPauses;
    private int machinePauses;
    private int starvations;

    World(long seed) {
      random = new SplittableRandom(seed);
    }

    void calm() {
      calm = true;
      while (now < hostStopsUntil || now < machineStopsUntil || now < readerStarvesUntil) {
        step();
      }
      for (int i = 0; i < 200; i++) {
        step();
      }
    }

    void step() {
      now++;
      disturb();
      if (now < machineStopsUntil) {
        return;
      }
      while (!answersDue.isEmpty() && answersDue.peek() <= now) {
        answersDue.remove();
        unread++;
      }
      if (now < hostStopsUntil) {
        return;
      }
      if (now >= readerStarvesUntil && unread > 0) {
        unread = 0;
        liveness = liveness.answered();
      }
      if (now >= nextTick) {
        tick();
      }
    }

    private void tick() {
      nextTick = Math.max(now, nextTick + 25) + (calm ? 0 : random.nextInt(20));
      long at = now * 1_000_000;
      if (at - liveness.lastTickNanos() < LIMITS.beat().toNanos() / 4) {
        return;
      }
      beats++;
      liveness = liveness.tick(at, unread == 0, 80);
      if (!hung) {
        long due = now + 1 + random.nextInt(38);
        // A worker answers in order.
        answersDue.add(answersDue.isEmpty() ? due : Math.max(due, answersDue.peekLast()));
      }
    }

    private void disturb() {
      if (calm) {
        return;
      }
      if (random.nextInt(20_000) == 0) {
        hostStopsUntil = now + 2_000;
        hostPauses++;
      }
      if (random.nextInt(20_000) == 0) {
        machineStopsUntil = now + 500;
        answersDue.clear(); // What the worker was about to do takes its time again afterwards.
        answersDue.add(machineStopsUntil + 38);
        machinePauses++;
      }
      if (random.nextInt(10_000) == 0) {
        readerStarvesUntil = now + random.nextInt(400);
        starvations++;
      }
    }
  }
}
