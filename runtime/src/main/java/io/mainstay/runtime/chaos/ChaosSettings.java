package io.mainstay.runtime.chaos;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Bounds of scenarios and storms; read from {@code mainstay.runtime.chaos}.
 *
 * @param foundBound longest wait for the fault after its condition
 * @param recoveredBound longest wait for all that answers it
 * @param healthyBound longest wait for the node to be healthy afterwards
 * @param workBound longest wait for the accepted work afterwards
 * @param stormLength of a storm when --for is not given
 * @param stormEvery time for one fault of a storm
 * @param submitEvery time from one submission that looks how the node answers to the next
 * @param submitInFlightMax such submissions that may wait for an answer; one more is not sent
 * @param answerBound within which a submission must be answered to count as available
 * @param lookEvery pause between two looks at the journal
 * @param heapGrowthMax bytes by which a storm may leave the heap larger
 * @param heapSettle longest wait for the heap to be no larger than that
 */
public record ChaosSettings(
    Duration foundBound,
    Duration recoveredBound,
    Duration healthyBound,
    Duration workBound,
    Duration stormLength,
    Duration stormEvery,
    Duration submitEvery,
    int submitInFlightMax,
    Duration answerBound,
    Duration lookEvery,
    long heapGrowthMax,
    Duration heapSettle) {
  private static final String PATH = "mainstay.runtime.chaos";

  private static final int IN_FLIGHT_LIMIT = 1000;

  /** Longest storm that may be asked for. */
  public static final Duration LONGEST = Duration.ofHours(24);

  public ChaosSettings {
    atLeast("found-bound", foundBound, Duration.ofSeconds(1));
    atLeast("recovered-bound", recoveredBound, Duration.ofSeconds(1));
    atLeast("healthy-bound", healthyBound, Duration.ofSeconds(1));
    atLeast("work-bound", workBound, Duration.ofSeconds(1));
    atLeast("storm-length", stormLength, Duration.ofSeconds(1));
    atLeast("storm-every", stormEvery, Duration.ofMillis(100));
    atLeast("submit-every", submitEvery, Duration.ofMillis(10));
    if (submitInFlightMax < 1 || submitInFlightMax > IN_FLIGHT_LIMIT) {
      throw new IllegalArgumentException(
          PATH
              + ".submit-in-flight-max is "
              + submitInFlightMax
              + "; it must be 1 to "
              + IN_FLIGHT_LIMIT);
    }
    atLeast("answer-bound", answerBound, Duration.ofMillis(10));
    atLeast("look-every", lookEvery, Duration.ofMillis(1));
    if (heapGrowthMax < 0) {
      throw new IllegalArgumentException(
          PATH + ".heap-growth-max is " + heapGrowthMax + "; it must be 0 bytes or more");
    }
    atLeast("heap-settle", heapSettle, Duration.ZERO);
  }

  /** Reads them. */
  public static ChaosSettings of(Config root) {
    Config config = root.getConfig(PATH);
    return new ChaosSettings(
        config.getDuration("found-bound"),
        config.getDuration("recovered-bound"),
        config.getDuration("healthy-bound"),
        config.getDuration("work-bound"),
        config.getDuration("storm-length"),
        config.getDuration("storm-every"),
        config.getDuration("submit-every"),
        config.getInt("submit-in-flight-max"),
        config.getDuration("answer-bound"),
        config.getDuration("look-every"),
        config.getBytes("heap-growth-max"),
        config.getDuration("heap-settle"));
  }

  private static void atLeast(String key, Duration value, Duration least) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          PATH
              + "."
              + key
              + " is "
              + value.toMillis()
              + "ms; it must be "
              + least.toMillis()
              + "ms or more");
    }
  }
}
