package io.mainstay.runtime.bench;

import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.catalog.Mechanism;
import io.mainstay.runtime.chaos.ChaosDocument;
import io.mainstay.runtime.chaos.Condition;
import io.mainstay.runtime.chaos.Conditions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a run of {@link FaultsBench} came to. Confined to one thread. */
final class FaultsReport {
  private final ErrorCatalog catalog;
  private final List<ChaosDocument.Fault> caused = new ArrayList<>();
  private final List<ChaosDocument.Fault> followed = new ArrayList<>();
  private final Map<String, String> skipped = new TreeMap<>();
  private final List<String> ended = new ArrayList<>();
  private final Map<String, List<String>> settings = new TreeMap<>();
  private long lost;
  private long duplicated;

  FaultsReport(ErrorCatalog catalog) {
    this.catalog = catalog;
  }

  /** What came of the conditions of one node of that kind. */
  void add(String kind, ChaosDocument document) {
    settings.put(kind, document.settings());
    caused.addAll(document.faults());
    followed.addAll(document.further());
    lost += document.work().lost();
    duplicated += document.work().duplicated();
  }

  /**
   * What came of those that were brought about before their node ended, which it should not: what
   * became of its accepted work nobody knows.
   */
  void addUntilTheEnd(List<ChaosDocument.Fault> faults, String why) {
    caused.addAll(faults);
    if (!faults.isEmpty()) {
      ended.add("after " + faults.size() + " conditions, work not accounted for: " + why);
    }
  }

  /** One that was not brought about. */
  void skipped(Condition condition, String why) {
    skipped.put(condition.wireName(), why);
  }

  BenchDocument document(long runs) {
    BenchDocument.Builder document = new BenchDocument.Builder("faults");
    List<ChaosDocument.Fault> found = caused.stream().filter(ChaosDocument.Fault::found).toList();
    List<ChaosDocument.Fault> seen = new ArrayList<>(found);
    seen.addAll(followed);
    figures(document, found, seen);
    long recovered = found.stream().filter(ChaosDocument.Fault::recovered).count();
    long furtherRecovered = followed.stream().filter(ChaosDocument.Fault::recovered).count();
    document
        .count("catalogued", catalog.all().size())
        .named("caused", names(seen))
        .named("pending", namesOf(Mechanism.PENDING))
        .named("withoutMeans", withoutMeans(names(seen)))
        .named(
            "skipped",
            skipped.entrySet().stream()
                .map(one -> one.getKey() + " (" + one.getValue() + ")")
                .toList())
        .named("notFound", texts(caused, one -> !one.found()))
        .named("withoutRecovery", names(seen.stream().filter(this::isUnanswered).toList()))
        .named("notRecovered", texts(seen, one -> !one.recovered()))
        .named("partlyRecovered", texts(seen, FaultsReport::isPartly))
        .named("nodesEnded", ended)
        .named("overLimit", overLimit(seen))
        .named("limits", limits(seen))
        .count("conditions", caused.size())
        .count("conditionsFound", found.size())
        .count("conditionsRecovered", recovered)
        .count("furtherFaults", followed.size())
        .count("furtherFaultsRecovered", furtherRecovered)
        .count("documentsLost", lost)
        .count("documentsDoneTwice", duplicated);
    settings.forEach((kind, lines) -> document.named("settings of " + kind, lines));
    if (!caused.isEmpty()) {
      document.ratio("successRate", recovered, caused.size());
      document.ratio(
          "successRateWithFurther",
          recovered + furtherRecovered,
          caused.size() + (double) followed.size());
    }
    return document.build(runs);
  }

  private List<String> namesOf(Mechanism mechanism) {
    return catalog.all().stream()
        .filter(one -> one.mechanism() == mechanism)
        .map(ErrorDefinition::name)
        .toList();
  }

  /** Errors that code can raise, that no condition is for, and that nothing else led to either. */
  private List<String> withoutMeans(Set<String> seen) {
    Set<String> withMeans =
        Conditions.all().stream().map(Condition::code).collect(Collectors.toSet());
    return namesOf(Mechanism.CAUSED).stream()
        .filter(name -> !withMeans.contains(name) && !seen.contains(name))
        .toList();
  }

  private static List<String> texts(
      List<ChaosDocument.Fault> faults, Predicate<ChaosDocument.Fault> which) {
    return faults.stream().filter(which).map(FaultsReport::text).distinct().toList();
  }

  private static boolean isPartly(ChaosDocument.Fault fault) {
    return fault.recovered()
        && fault.recoveries().stream().anyMatch(by -> by.end().equals("partly_recovered"));
  }

  private boolean isUnanswered(ChaosDocument.Fault fault) {
    return fault.recoveries().isEmpty();
  }

  private static String text(ChaosDocument.Fault fault) {
    String by =
        fault.recoveries().stream()
            .map(one -> one.name() + " " + (one.end().isEmpty() ? "runs" : one.end()))
            .collect(Collectors.joining(", "));
    String what = fault.condition().isEmpty() ? fault.device() : fault.condition();
    return fault.error()
        + " of "
        + what
        + (by.isEmpty() ? "" : " by " + by)
        + (fault.failure().isEmpty() ? "" : ": " + fault.failure());
  }

  private static List<String> overLimit(Collection<ChaosDocument.Fault> seen) {
    return seen.stream()
        .flatMap(one -> one.recoveries().stream())
        .filter(by -> !by.end().isEmpty() && !by.withinLimit())
        .map(by -> by.name() + " took " + by.millis() + " ms of " + by.limitMillis() + " ms")
        .distinct()
        .toList();
  }

  /** Each cascade and strategy: how often it ran, and its longest run beside its own limit. */
  private static List<String> limits(Collection<ChaosDocument.Fault> seen) {
    Map<String, ChaosDocument.Recovery> runs = new TreeMap<>();
    seen.stream()
        .flatMap(one -> one.recoveries().stream())
        .filter(by -> !by.end().isEmpty())
        .forEach(by -> runs.put(by.recoveryId(), by));
    return runs.values().stream()
        .collect(
            Collectors.groupingBy(
                by -> by.kind() + " " + by.name(), TreeMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .map(
            one ->
                String.format(
                    Locale.ROOT,
                    "%s: %d runs, longest %d ms of %d ms",
                    one.getKey(),
                    one.getValue().size(),
                    one.getValue().stream()
                        .mapToLong(ChaosDocument.Recovery::millis)
                        .max()
                        .orElse(0),
                    one.getValue().get(0).limitMillis()))
        .toList();
  }

  /** Of all, of processes, and of each error and recovery. */
  private static void figures(
      BenchDocument.Builder document,
      List<ChaosDocument.Fault> found,
      List<ChaosDocument.Fault> seen) {
    Latencies ofProcesses = new Latencies();
    Latencies initiation = new Latencies();
    Map<String, Latencies> detection = new TreeMap<>();
    Map<String, Latencies> beginning = new TreeMap<>();
    Map<String, Latencies> recovery = new TreeMap<>();
    Set<String> processes =
        Conditions.all().stream()
            .filter(Condition::endsAProcess)
            .map(Condition::wireName)
            .collect(Collectors.toSet());
    for (ChaosDocument.Fault one : found) {
      record(detection.computeIfAbsent(one.error(), any -> new Latencies()), one.detectionMillis());
      if (processes.contains(one.condition())) {
        record(ofProcesses, one.detectionMillis());
      }
    }
    for (ChaosDocument.Fault one : seen) {
      record(initiation, one.initiationMillis());
      record(
          beginning.computeIfAbsent(one.error(), any -> new Latencies()), one.initiationMillis());
      for (ChaosDocument.Recovery by : one.recoveries()) {
        if (!by.end().isEmpty()) {
          record(recovery.computeIfAbsent(by.name(), any -> new Latencies()), by.millis());
        }
      }
    }
    document.figure("detectionOfProcessFaults", ofProcesses.figure());
    document.figure("initiation", initiation.figure());
    detection.forEach((error, times) -> document.figure("detection " + error, times.figure()));
    beginning.entrySet().stream()
        .filter(one -> one.getValue().count() > 0)
        .forEach(one -> document.figure("initiation " + one.getKey(), one.getValue().figure()));
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
