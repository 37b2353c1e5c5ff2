package io.mainstay.runtime.bench;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.catalog.Mechanism;
import io.mainstay.runtime.chaos.Chaos;
import io.mainstay.runtime.chaos.ChaosDocument;
import io.mainstay.runtime.chaos.ChaosNarrator;
import io.mainstay.runtime.chaos.ChaosSettings;
import io.mainstay.runtime.chaos.Condition;
import io.mainstay.runtime.chaos.Need;
import io.mainstay.runtime.chaos.StormPlan;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Brings every condition about for which there are means, and measures how soon the error is seen,
 * how soon its recovery begins, and how long that takes; says plainly which errors have no means
 * yet.
 */
public final class FaultsBench {
  private static final List<String> DEVICES = List.of("cpu-0", "cpu-1");

  /** Faults of a process, whose detection is held to milliseconds. */
  private static final List<Condition> OF_PROCESSES =
      List.of(
          Condition.WORKER_KILLED,
          Condition.WORKER_CRASHES,
          Condition.SHARED_MEMORY_GONE,
          Condition.FRAME_GARBLED,
          Condition.FRAME_CUT_OFF,
          Condition.EPOCH_WRONG);

  private final Terminal terminal;
  private final Chaos chaos;
  private final ErrorCatalog catalog;
  private final List<ChaosDocument.Fault> caused = new ArrayList<>();
  private final List<ChaosDocument.Fault> followed = new ArrayList<>();
  private long lost;
  private long duplicated;

  public FaultsBench(Terminal terminal, ChaosSettings settings) {
    this.terminal = terminal;
    this.chaos = new Chaos(settings, new ChaosNarrator(terminal.err()));
    this.catalog = ErrorCatalog.load(ConfigFactory.load());
  }

  /**
   * Brings each condition about so often.
   *
   * @param rounds of each, 1 or more
   */
  public BenchDocument run(int rounds) throws IOException {
    List<Condition> common = new ArrayList<>();
    List<Condition> ofOneNode = new ArrayList<>();
    for (Condition condition : Condition.values()) {
      boolean alone =
          condition == Condition.DEVICE_LOST || condition.needs().contains(Need.SMALL_DISK);
      (alone ? ofOneNode : common).add(condition);
    }
    bring(common, rounds);
    for (Condition condition : ofOneNode) {
      try {
        bring(List.of(condition), rounds);
      } catch (CliFailure notHere) {
        terminal.err().println("mainstay: " + notHere.getMessage() + "; " + notHere.remedy());
      }
    }
    return document(rounds);
  }

  private void bring(List<Condition> conditions, int rounds) throws IOException {
    List<StormPlan.Blow> blows = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (Condition condition : conditions) {
        blows.add(
            new StormPlan.Blow(
                blows.size(),
                Duration.ZERO,
                condition,
                DEVICES.get(blows.size() % DEVICES.size())));
      }
    }
    try (ProgressLine progress = new ProgressLine(terminal, "faults")) {
      int[] done = {0};
      ChaosDocument document =
          chaos.each(blows, fault -> progress.show(++done[0], blows.size(), "conditions"));
      caused.addAll(document.faults());
      followed.addAll(document.further());
      lost += document.work().lost();
      duplicated += document.work().duplicated();
    }
  }

  private BenchDocument document(int rounds) {
    BenchDocument.Builder document = new BenchDocument.Builder("faults");
    List<ChaosDocument.Fault> found = caused.stream().filter(ChaosDocument.Fault::found).toList();
    List<ChaosDocument.Fault> seen = new ArrayList<>(found);
    seen.addAll(followed);
    figures(document, found, seen);
    TreeSet<String> seenNames = names(seen);
    List<ErrorDefinition> mechanisms =
        catalog.all().stream().filter(one -> one.mechanism() == Mechanism.CAUSED).toList();
    TreeSet<String> withMeans =
        new TreeSet<>(Arrays.stream(Condition.values()).map(Condition::code).toList());
    long answered = seen.stream().filter(one -> !one.recoveries().isEmpty()).count();
    long recovered =
        seen.stream().filter(one -> !one.recoveries().isEmpty() && one.recovered()).count();
    document
        .count("catalogued", catalog.all().size())
        .named("caused", seenNames)
        .named(
            "pending",
            catalog.all().stream()
                .filter(one -> one.mechanism() == Mechanism.PENDING)
                .map(ErrorDefinition::name)
                .toList())
        .named(
            "withoutMeans",
            mechanisms.stream()
                .map(ErrorDefinition::name)
                .filter(name -> !withMeans.contains(name) && !seenNames.contains(name))
                .toList())
        .named(
            "notFound",
            caused.stream()
                .filter(one -> !one.found())
                .map(one -> one.condition() + " (" + one.error() + ")")
                .toList())
        .named(
            "withoutRecovery",
            names(seen.stream().filter(one -> one.recoveries().isEmpty()).toList()))
        .named(
            "notRecovered",
            seen.stream()
                .filter(one -> !one.recovered())
                .flatMap(
                    one -> one.recoveries().stream().map(by -> one.error() + " by " + by.name()))
                .distinct()
                .toList())
        .named(
            "overLimit",
            seen.stream()
                .flatMap(one -> one.recoveries().stream())
                .filter(by -> !by.end().isEmpty() && !by.withinLimit())
                .map(ChaosDocument.Recovery::name)
                .distinct()
                .toList())
        .count("faults", seen.size())
        .count("faultsAnswered", answered)
        .count("faultsRecovered", recovered)
        .count("documentsLost", lost)
        .count("documentsDoneTwice", duplicated);
    if (!seen.isEmpty()) {
      document.ratio("successRate", recovered, seen.size());
    }
    return document.build((long) rounds * Condition.values().length);
  }

  /** Of all, of processes, and of each error. */
  private static void figures(
      BenchDocument.Builder document,
      List<ChaosDocument.Fault> found,
      List<ChaosDocument.Fault> seen) {
    Latencies ofProcesses = new Latencies();
    Latencies initiation = new Latencies();
    Map<String, Latencies> detection = new TreeMap<>();
    Map<String, Latencies> recovery = new TreeMap<>();
    List<String> processes = OF_PROCESSES.stream().map(Condition::wireName).toList();
    for (ChaosDocument.Fault one : found) {
      record(detection.computeIfAbsent(one.error(), any -> new Latencies()), one.detectionMillis());
      if (processes.contains(one.condition())) {
        record(ofProcesses, one.detectionMillis());
      }
    }
    for (ChaosDocument.Fault one : seen) {
      record(initiation, one.initiationMillis());
      for (ChaosDocument.Recovery by : one.recoveries()) {
        if (!by.end().isEmpty()) {
          record(recovery.computeIfAbsent(by.name(), any -> new Latencies()), by.millis());
        }
      }
    }
    document.figure("detectionOfProcessFaults", ofProcesses.figure());
    document.figure("initiation", initiation.figure());
    detection.forEach((error, times) -> document.figure("detection " + error, times.figure()));
    recovery.forEach((name, times) -> document.figure("recovery " + name, times.figure()));
  }

  private static void record(Latencies times, Long millis) {
    if (millis != null) {
      times.recordNanos(millis * 1_000_000);
    }
  }

  private static TreeSet<String> names(List<ChaosDocument.Fault> faults) {
    return new TreeSet<>(faults.stream().map(ChaosDocument.Fault::error).toList());
  }
}
