package io.mainstay.actors.postprocessing;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * How pictures come out that a model made larger, and for which models the worker's own kernel
 * stands in for a while. One for each actor system; written by whoever judges pictures and by
 * recovery, read when a session's plan is made. In memory: a node that begins anew tries them all.
 * Thread-safe, bounded.
 */
public final class Enhancers implements Extension {
  private static final int MODELS_MAX = 64;
  private static final ExtensionId<Enhancers> ID =
      new ExtensionId<>() {
        @Override
        public Enhancers createExtension(ActorSystem<?> system) {
          return new Enhancers(
              QualityTrend.Limits.of(system.settings().config()).window(), System::nanoTime);
        }
      };

  /**
   * Of one model.
   *
   * @param poor below the quality minimum
   * @param pictures that were looked at, the last ones
   */
  public record Seen(int poor, int pictures) {
    /** Share that was poor, in percent. */
    public int percent() {
      return pictures == 0 ? 0 : 100 * poor / pictures;
    }
  }

  private final int window;
  private final LongSupplier nanoTime;
  private final Map<String, Deque<Boolean>> last = new HashMap<>();
  private final Map<String, Long> replacedUntil = new HashMap<>();

  /**
   * @param window pictures of each model that are remembered, at least 1
   * @param nanoTime monotonic
   */
  Enhancers(int window, LongSupplier nanoTime) {
    this.window = window;
    this.nanoTime = nanoTime;
  }

  /** Of that node. */
  public static Enhancers of(ActorSystem<?> system) {
    return system.registerExtension(ID);
  }

  /** A picture that these models took part in was judged. */
  public synchronized void judged(Set<String> models, boolean poor) {
    for (String model : models) {
      if (!last.containsKey(model) && last.size() >= MODELS_MAX) {
        continue;
      }
      Deque<Boolean> seen = last.computeIfAbsent(model, unused -> new ArrayDeque<>());
      seen.add(poor);
      if (seen.size() > window) {
        seen.remove();
      }
    }
  }

  /** What was seen of each model, by its id. */
  public synchronized Map<String, Seen> seen() {
    Map<String, Seen> all = new TreeMap<>();
    last.forEach(
        (model, seen) ->
            all.put(
                model, new Seen((int) seen.stream().filter(poor -> poor).count(), seen.size())));
    return all;
  }

  /** The worker's kernel stands in for that model in plans that are made from now on. */
  public synchronized void replace(String model, Duration hold) {
    replacedUntil.put(model, nanoTime.getAsLong() + hold.toNanos());
    // It is judged anew when it is used again.
    last.remove(model);
  }

  /** That model is used again. */
  public synchronized void restore(String model) {
    replacedUntil.remove(model);
  }

  /** Models that are not used now. */
  public synchronized Set<String> replaced() {
    long now = nanoTime.getAsLong();
    replacedUntil.values().removeIf(until -> until - now <= 0);
    return new TreeSet<>(replacedUntil.keySet());
  }
}
