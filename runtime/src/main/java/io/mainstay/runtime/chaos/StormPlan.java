package io.mainstay.runtime.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What a storm does, and when: a pure function of its seed.
 *
 * @param blows in the order of their times
 */
public record StormPlan(List<Blow> blows) {
  /**
   * One of them.
   *
   * @param number from 0
   * @param at from the storm's beginning; later if the one before takes longer
   * @param device that it is about, where it is about one
   */
  public record Blow(int number, Duration at, Condition condition, String device) {}

  public StormPlan {
    blows = List.copyOf(blows);
  }

  /**
   * A storm. Every kind comes before any comes again.
   *
   * @param length within which all of them begin, above zero
   * @param count of blows, at least 1
   * @param kinds to draw from, at least one
   * @param devices to draw from, at least one
   */
  public static StormPlan of(
      long seed, Duration length, int count, List<Condition> kinds, List<String> devices) {
    if (length.toNanos() < 1 || count < 1 || kinds.isEmpty() || devices.isEmpty()) {
      throw new IllegalArgumentException(
          "A storm of %s with %d blows of %d kinds on %d devices; each must be 1 or more"
              .formatted(length, count, kinds.size(), devices.size()));
    }
    Random random = new Random(seed);
    List<Condition> bag = new ArrayList<>();
    List<Blow> blows = new ArrayList<>();
    long share = length.toNanos() / count;
    for (int number = 0; number < count; number++) {
      if (bag.isEmpty()) {
        bag.addAll(kinds);
        Collections.shuffle(bag, random);
      }
      // Somewhere in its share of the time: no rhythm that a node could happen to fit.
      long at = number * share + (long) (random.nextDouble() * share);
      blows.add(
          new Blow(
              number,
              Duration.ofNanos(at),
              bag.remove(bag.size() - 1),
              devices.get(random.nextInt(devices.size()))));
    }
    return new StormPlan(blows);
  }
}
