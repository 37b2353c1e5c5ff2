package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.it.KillStage.Whom;
import io.mainstay.it.KillStage.Work;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node, and separately its worker, is killed at messages and journal writes of transactions and
 * sagas: after that each is wholly done or wholly undone. A dry run writes down every point. With
 * {@code -Dmainstay.soak=true} each of them gets its turn, otherwise a few, others every day.
 */
class TransactionKillIT {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionKillIT.class);
  private static final boolean ALL = Boolean.getBoolean("mainstay.soak");
  private static final long SEED = Long.getLong("mainstay.it.seed", LocalDate.now().toEpochDay());
  private static final int SOME = Integer.getInteger("mainstay.it.kills", 8);
  private static final Duration SPENT_MAX =
      Duration.ofSeconds(Integer.getInteger("mainstay.it.seconds", ALL ? 14_400 : 25));
  private static final int VERIFIED_EVERY = 50;

  private record Kill(Work work, int number) {}

  @TempDir private Path directory;

  @Test
  void nodeKilledAtEveryPoint_leavesEachWholeOrUndone() throws Exception {
    kill(Whom.NODE);
  }

  @Test
  void workerKilledAtEveryPoint_leavesEachWholeOrUndone() throws Exception {
    kill(Whom.WORKER);
  }

  private void kill(Whom whom) throws Exception {
    try (KillStage stage = new KillStage(directory)) {
      Map<Work, List<String>> dry = new EnumMap<>(Work.class);
      List<Kill> kills = new ArrayList<>();
      for (Work work : Work.values()) {
        List<String> points = stage.points(work);
        dry.put(work, points);
        for (int number = 1; number <= points.size(); number++) {
          kills.add(new Kill(work, number));
        }
      }
      Path report = Path.of("target", "kill-points-" + whom + ".txt");
      Files.createDirectories(report.getParent());
      Files.writeString(report, "");
      for (Map.Entry<Work, List<String>> each : dry.entrySet()) {
        Files.write(
            report,
            each.getValue().stream().map(point -> each.getKey() + " " + point).toList(),
            StandardOpenOption.APPEND);
      }
      Collections.shuffle(kills, new Random(SEED));
      List<Kill> chosen = ALL ? kills : kills.subList(0, Math.min(SOME, kills.size()));
      long began = System.nanoTime();
      int reached = 0;
      int tried = 0;
      List<AssertionError> wrong = new ArrayList<>();
      for (Kill kill : chosen) {
        if (System.nanoTime() - began > SPENT_MAX.toNanos()) {
          break;
        }
        tried++;
        try {
          String at = stage.killedAt(kill.work(), kill.number(), whom);
          reached += at.isEmpty() ? 0 : 1;
          Files.writeString(
              report, "killed " + kill + " at " + at + "\n", StandardOpenOption.APPEND);
        } catch (AssertionError found) {
          wrong.add(found);
          Files.writeString(
              report,
              "WRONG " + kill + " " + found + " <- " + found.getCause() + "\n",
              StandardOpenOption.APPEND);
          if (!ALL) {
            throw found;
          }
        }
        if (tried % VERIFIED_EVERY == 0) {
          stage.verifyJournal();
        }
      }
      stage.verifyJournal();
      LOG.info(
          "kill points whom={} enumerated={} tried={} reached={} wrong={} seed={} seconds={}"
              + " report={}",
          whom,
          kills.size(),
          tried,
          reached,
          wrong.size(),
          SEED,
          (System.nanoTime() - began) / 1_000_000_000,
          report);
      assertEquals(List.of(), wrong);
      assertTrue(reached > 0, "no point was reached");
    }
  }
}
