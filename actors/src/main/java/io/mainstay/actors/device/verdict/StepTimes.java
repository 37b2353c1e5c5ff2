package io.mainstay.actors.device.verdict;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Learned compute times of one device, by model, component and size of the inputs. Outlives the
 * device's workers. Thread-safe: told from connection threads, asked by slots. Bounded by the
 * number of loaded components times 63 sizes.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.INFERENCE,
    group = "capabilities",
    fields = "performance",
    note = "learned from what workers measured")
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.POSTPROCESSING,
    group = "models",
    fields = "performance")
public final class StepTimes {
  /**
   * What a step is like.
   *
   * @param modelId as loaded
   * @param component of the model
   * @param size binary logarithm of the inputs' bytes, rounded up
   */
  public record Shape(String modelId, String component, int size) {
    /** The shape of a step with so many bytes of input. */
    public static Shape of(String modelId, String component, long inputBytes) {
      return new Shape(
          modelId, component, 64 - Long.numberOfLeadingZeros(Math.max(1, inputBytes) - 1));
    }
  }

  private static final int WINDOW = 128;
  private static final int TYPICAL_FOR = 16;

  private final ProgressWatch.Limits limits;
  private final Map<Shape, Window> windows = new ConcurrentHashMap<>();
  private final int learned;
  private PaceWatch pace;
  private String slowed = "";

  /** Nothing is learned yet. */
  public StepTimes(ProgressWatch.Limits limits, PaceWatch.Limits paces) {
    this.limits = limits;
    this.learned = paces.learned();
    this.pace = PaceWatch.begin(paces);
  }

  /** A step succeeded after computing for so long. */
  public void learn(Shape shape, long computeNanos) {
    Window window = windows.computeIfAbsent(shape, s -> new Window());
    long typical = window.typical(learned);
    window.add(computeNanos);
    if (typical > 0) {
      judge(shape, computeNanos, typical);
    }
  }

  private synchronized void judge(Shape shape, long computeNanos, long typical) {
    boolean before = pace.degraded();
    pace = pace.after(computeNanos, typical);
    if (pace.degraded() && !before) {
      slowed =
          String.format(
              Locale.ROOT,
              "%d steps of %s/%s in a row took more than %.1f times as long as such steps do;"
                  + " the last %.1f ms, typical %.1f ms",
              pace.limits().inARow(),
              shape.modelId(),
              shape.component(),
              pace.limits().factor(),
              computeNanos / 1e6,
              typical / 1e6);
    }
  }

  /** Once, after the device has become slow: what was seen. */
  public synchronized Optional<String> slowed() {
    Optional<String> seen = slowed.isEmpty() ? Optional.empty() : Optional.of(slowed);
    slowed = "";
    return seen;
  }

  /** The model was dropped. */
  public void forget(String modelId) {
    windows.keySet().removeIf(shape -> shape.modelId().equals(modelId));
  }

  /**
   * How long such a step may compute: a multiple of what it took, but at least the floor. A size
   * that was not seen yet is judged by the largest other size of the same component, scaled by the
   * square of the ratio of sizes (attention is quadratic); with nothing to go by it gets the
   * unlearned limit.
   */
  public Duration limit(Shape shape) {
    Window own = windows.get(shape);
    if (own != null) {
      return limitOf(own.p99());
    }
    double guess = 0;
    for (Map.Entry<Shape, Window> other : windows.entrySet()) {
      Shape seen = other.getKey();
      if (seen.modelId().equals(shape.modelId()) && seen.component().equals(shape.component())) {
        double larger = Math.pow(4, Math.max(0, shape.size() - seen.size()));
        guess = Math.max(guess, other.getValue().p99() * larger);
      }
    }
    if (guess == 0) {
      return limits.unlearned();
    }
    Duration scaled = limitOf(guess);
    return scaled.compareTo(limits.unlearned()) < 0 ? scaled : limits.unlearned();
  }

  private Duration limitOf(double p99Nanos) {
    long nanos = (long) Math.min(Long.MAX_VALUE / 4, p99Nanos * limits.factor());
    return Duration.ofNanos(Math.max(limits.floor().toNanos(), nanos));
  }

  /** The last times of one shape; a ring. */
  private static final class Window {
    private final long[] nanos = new long[WINDOW];
    private long added;
    private long typical;
    private long typicalOf;

    synchronized void add(long computeNanos) {
      nanos[(int) (added++ % WINDOW)] = computeNanos;
    }

    /** The median, not more than 16 steps old; 0 while fewer steps are known. */
    synchronized long typical(int least) {
      int count = (int) Math.min(added, WINDOW);
      if (count < least) {
        return 0;
      }
      if (typical == 0 || added - typicalOf >= TYPICAL_FOR) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        typical = Math.max(1, sorted[count / 2]);
        typicalOf = added;
      }
      return typical;
    }

    synchronized long p99() {
      int count = (int) Math.min(added, WINDOW);
      long[] sorted = Arrays.copyOf(nanos, count);
      Arrays.sort(sorted);
      return sorted[(int) Math.ceil(count * 0.99) - 1];
    }
  }
}
