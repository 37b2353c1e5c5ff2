package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.it.KillLog.Verdict;
import io.mainstay.it.KillStage.Kill;
import io.mainstay.it.KillStage.Whom;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node, and separately its worker, is killed at messages and journal writes of transactions,
 * sagas and cascades: after that each is wholly done or wholly undone. Dry runs tell every point.
 * With {@code -Dmainstay.soak=true} each of them gets its turn, otherwise a few of one work,
 * another one every day. {@code -Dmainstay.it.works} and {@code .whom} take a part of them; {@code
 * .log} names a file that says what came of each, which a later run goes on with.
 */
class TransactionKillIT {
  private static final Logger FIGURES = LoggerFactory.getLogger(TransactionKillIT.class);

  private static final boolean ALL = Boolean.getBoolean("mainstay.soak");
  private static final long SEED = Long.getLong("mainstay.it.seed", LocalDate.now().toEpochDay());
  private static final String WORKS = System.getProperty("mainstay.it.works", "");
  private static final String WHOM = System.getProperty("mainstay.it.whom", "");
  private static final String POINTS = System.getProperty("mainstay.it.points", "");
  private static final String LOG = System.getProperty("mainstay.it.log", "");
  // Of each kind, in a run that is not to take long.
  private static final int SOME_KILLS = 3;
  private static final Duration SOME_TIME = Duration.ofSeconds(8);
  // What runs at the same time comes in several orders, which write several events at once.
  private static final int DRY_RUNS = 3;
  private static final int TRIALS = 3;
  // Every kill of a node has the whole journal verified.
  private static final int FRESH_EVERY = 40;

  @TempDir private Path directory;

  private final Random random = new Random(SEED);
  private KillLog log;
  private int tried;
  private final List<String> wrong = new ArrayList<>();

  @Test
  void killedAtEveryPoint_eachIsWholeOrUndone() throws Exception {
    log = new KillLog(Path.of(LOG.isEmpty() ? "target/kill-points.txt" : LOG), !LOG.isEmpty());
    long began = System.nanoTime();
    try (KillStage stage = new KillStage(directory)) {
      Map<KillWork, Set<KillPoint>> known = enumerate(stage);
      stage.learned();
      List<Whom> order = new ArrayList<>(List.of(Whom.WORKER, Whom.NODE));
      if (ALL) {
        // Once more: kills of nodes may have shown points that were not known before.
        order.add(Whom.WORKER);
      }
      for (Whom whom : order) {
        if (WHOM.isEmpty() || WHOM.equalsIgnoreCase(whom.name())) {
          kill(stage, whom, known);
        }
      }
      stage.verifyJournal();
    }
    FIGURES.info(
        "kill points: {} tried, {} wrong, seed {}, {} s\n{}",
        tried,
        wrong.size(),
        SEED,
        (System.nanoTime() - began) / 1_000_000_000,
        log.summary());
    assertEquals(List.of(), wrong);
    assertTrue(tried > 0 || !LOG.isEmpty(), "no point was reached");
  }

  private Map<KillWork, Set<KillPoint>> enumerate(KillStage stage) throws Exception {
    Map<KillWork, Set<KillPoint>> known = new EnumMap<>(KillWork.class);
    for (KillWork work : works()) {
      Set<KillPoint> points = new LinkedHashSet<>();
      for (int run = 0; run < (ALL ? DRY_RUNS : 1); run++) {
        try {
          points.addAll(stage.points(work));
        } catch (AssertionError | RuntimeException found) {
          wrong.add(work + " undisturbed: " + found.getMessage());
          stage.anew(kept());
        }
      }
      FIGURES.info("kill points: {} passes {}", work, points.size());
      known.put(work, points);
      if (!ALL && !points.isEmpty()) {
        break;
      }
    }
    return known;
  }

  private Set<KillWork> works() {
    List<KillWork> all =
        new ArrayList<>(
            WORKS.isEmpty()
                ? EnumSet.allOf(KillWork.class)
                : Stream.of(WORKS.split(",")).map(KillWork::valueOf).toList());
    if (!ALL) {
      Collections.shuffle(all, random);
    }
    return new LinkedHashSet<>(all);
  }

  private void kill(KillStage stage, Whom whom, Map<KillWork, Set<KillPoint>> known)
      throws Exception {
    List<Kill> kills = new ArrayList<>();
    known.forEach(
        (work, points) -> points.forEach(point -> kills.add(new Kill(whom, work, point))));
    if (!ALL) {
      Collections.shuffle(kills, random);
      long until = System.nanoTime() + SOME_TIME.toNanos();
      for (Kill kill : kills.subList(0, Math.min(SOME_KILLS, kills.size()))) {
        if (System.nanoTime() < until) {
          judge(stage, kill);
        }
      }
      return;
    }
    Deque<Kill> todo = new ArrayDeque<>(kills);
    while (!todo.isEmpty()) {
      Kill kill = todo.poll();
      if (log.has(kill) || !kill.point().name().startsWith(POINTS)) {
        continue;
      }
      judge(stage, kill);
      if (tried % FRESH_EVERY == 0) {
        stage.verifyJournal();
        stage.anew(Optional.empty());
      }
      // What no dry run came to is a point as well.
      for (KillPoint passed : stage.passed()) {
        if (known.get(kill.work()).add(passed)) {
          todo.addFirst(new Kill(whom, kill.work(), passed));
        }
      }
    }
  }

  private void judge(KillStage stage, Kill kill) throws Exception {
    long began = System.nanoTime();
    Verdict verdict = Verdict.UNREACHED;
    String why = "";
    for (int trial = 0; trial < TRIALS && verdict == Verdict.UNREACHED; trial++) {
      try {
        verdict = stage.killed(kill) ? Verdict.WHOLE : Verdict.UNREACHED;
      } catch (AssertionError | RuntimeException found) {
        verdict = Verdict.WRONG;
        why = found.getMessage();
        wrong.add(found.getMessage());
        stage.anew(kept());
      }
    }
    tried += verdict == Verdict.UNREACHED ? 0 : 1;
    log.judge(kill, verdict, (System.nanoTime() - began) / 1_000_000, why);
  }

  private static Optional<Path> kept() {
    return Optional.of(Path.of("target", "kill-wrong", "data-" + System.nanoTime()));
  }
}
