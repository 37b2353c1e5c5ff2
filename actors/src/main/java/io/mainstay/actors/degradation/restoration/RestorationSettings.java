package io.mainstay.actors.degradation.restoration;

import com.typesafe.config.Config;
import io.mainstay.actors.degradation.WayBack;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * {@code mainstay.modes.restoration}, checked once.
 *
 * @param lookEvery from one look at the modes to the next
 * @param phases bound of each
 * @param pause from a failure to the next attempt, the first time
 * @param pauseMax the longest such pause
 * @param watchFor after the modes are left
 * @param checkEvery from one look at the resources to the next meanwhile
 * @param checksFailed in a row that lead back into the modes
 * @param stages percent of the offered work that is taken, ascending to 100
 * @param dwell at each stage, at least
 * @param figuresAfter from the node's start to its first measure of itself
 * @param figuresEvery from there on
 */
public record RestorationSettings(
    Duration lookEvery,
    Map<RestorationPhase, Duration> phases,
    Completion completion,
    Duration pause,
    Duration pauseMax,
    Duration watchFor,
    Duration checkEvery,
    int checksFailed,
    List<Integer> stages,
    Duration dwell,
    Probe probe,
    Duration figuresAfter,
    Duration figuresEvery) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.modes.restoration";

  private static final int ALL = 100;
  private static final int SAMPLES_MAX = 1_000;
  private static final int PARALLEL_MAX = 64;
  private static final int TOLERANCE_MAX = 100;

  /** Bounds of the actions that complete a way back. */
  public record Completion(Duration restore, Duration clear, Duration tell, Duration log) {}

  /**
   * What is computed, and what is good enough.
   *
   * @param model of texts; empty for none
   * @param memoryUsedMax share of the machine's memory
   * @param bytes set aside on a device and in the heap
   * @param samples computations of a round
   * @param parallel at once
   * @param rounds of them
   * @param tolerance times as slow as in normal operation, at most
   * @param responseEnough below it a response time is good enough
   * @param perSecondEnough above it a throughput is
   * @param inspectWithin for the slowest worker's answer
   * @param reservedFor a device and its memory, at most, if the node dies meanwhile
   * @param pollEvery from one look at the probe's session to the next
   */
  public record Probe(
      String model,
      double memoryUsedMax,
      long bytes,
      int samples,
      int parallel,
      int rounds,
      double tolerance,
      Duration responseEnough,
      double perSecondEnough,
      Duration inspectWithin,
      Duration reservedFor,
      Duration pollEvery) {}

  public RestorationSettings {
    phases = Map.copyOf(phases);
    stages = List.copyOf(stages);
    positive("look-every", lookEvery);
    phases.forEach((phase, bound) -> positive("phases." + phase.code(), bound));
    positive("restore-within", completion.restore());
    positive("clear-within", completion.clear());
    positive("tell-within", completion.tell());
    positive("log-within", completion.log());
    positive("pause", pause);
    require(pauseMax.compareTo(pause) >= 0, "pause-max", pauseMax, "not below pause = " + pause);
    require(!watchFor.isNegative(), "watch-for", watchFor, "0 or more");
    positive("check-every", checkEvery);
    count("checks-failed", checksFailed, ALL);
    boolean ascending = !stages.isEmpty() && stages.get(stages.size() - 1) == ALL;
    for (int i = 0; i < stages.size(); i++) {
      ascending &= stages.get(i) > (i == 0 ? 0 : stages.get(i - 1));
    }
    require(ascending, "intake.stages", stages, "ascending from 1, the last one 100");
    require(!dwell.isNegative(), "intake.dwell", dwell, "0 or more");
    require(
        probe.memoryUsedMax() > 0 && probe.memoryUsedMax() <= 1,
        "probe.memory-used-max",
        probe.memoryUsedMax(),
        "above 0 to 1");
    require(probe.bytes() >= 1, "probe.bytes", probe.bytes(), "1 or more");
    count("probe.samples", probe.samples(), SAMPLES_MAX);
    count("probe.parallel", probe.parallel(), PARALLEL_MAX);
    count("probe.rounds", probe.rounds(), ALL);
    require(
        probe.tolerance() >= 1 && probe.tolerance() <= TOLERANCE_MAX,
        "probe.tolerance",
        probe.tolerance(),
        "1 to " + TOLERANCE_MAX);
    positive("probe.response-enough", probe.responseEnough());
    require(
        probe.perSecondEnough() > 0,
        "probe.per-second-enough",
        probe.perSecondEnough(),
        "more than 0");
    positive("probe.inspect-within", probe.inspectWithin());
    positive("probe.reserved-for", probe.reservedFor());
    positive("probe.poll-every", probe.pollEvery());
    positive("figures.after", figuresAfter);
    positive("figures.every", figuresEvery);
  }

  /** Reads {@link #PATH}. */
  public static RestorationSettings of(Config root) {
    Config config = root.getConfig(PATH);
    Map<RestorationPhase, Duration> phases = new EnumMap<>(RestorationPhase.class);
    phases.put(
        RestorationPhase.RESOURCE_AVAILABILITY_VALIDATION,
        config.getDuration("phases.resource-availability"));
    phases.put(
        RestorationPhase.COMPONENT_FUNCTIONALITY_RESTORATION,
        config.getDuration("phases.component-functionality"));
    phases.put(RestorationPhase.INTEGRATION_VALIDATION, config.getDuration("phases.integration"));
    phases.put(RestorationPhase.PERFORMANCE_VALIDATION, config.getDuration("phases.performance"));
    return new RestorationSettings(
        config.getDuration("look-every"),
        phases,
        new Completion(
            config.getDuration("restore-within"),
            config.getDuration("clear-within"),
            config.getDuration("tell-within"),
            config.getDuration("log-within")),
        config.getDuration("pause"),
        config.getDuration("pause-max"),
        config.getDuration("watch-for"),
        config.getDuration("check-every"),
        config.getInt("checks-failed"),
        config.getIntList("intake.stages"),
        config.getDuration("intake.dwell"),
        new Probe(
            config.getString("probe.model"),
            config.getDouble("probe.memory-used-max"),
            config.getBytes("probe.bytes"),
            config.getInt("probe.samples"),
            config.getInt("probe.parallel"),
            config.getInt("probe.rounds"),
            config.getDouble("probe.tolerance"),
            config.getDuration("probe.response-enough"),
            config.getDouble("probe.per-second-enough"),
            config.getDuration("probe.inspect-within"),
            config.getDuration("probe.reserved-for"),
            config.getDuration("probe.poll-every")),
        config.getDuration("figures.after"),
        config.getDuration("figures.every"));
  }

  /** A way back takes no longer if all its tests pass; zero where nothing is tested. */
  public Duration longest(WayBack wayBack) {
    List<RestorationPhase> tested = RestorationPhase.of(wayBack);
    return tested.isEmpty()
        ? Duration.ZERO
        : tested.stream()
            .map(phases::get)
            .reduce(lookEvery.plus(completion.restore()), Duration::plus);
  }

  private static void positive(String name, Duration value) {
    require(value.toMillis() >= 1, name, value, "at least 1 ms");
  }

  private static void count(String name, int value, int most) {
    require(value >= 1 && value <= most, name, value, "1 to " + most);
  }

  private static void require(boolean holds, String name, Object value, String bound) {
    if (!holds) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; it must be " + bound);
    }
  }
}
