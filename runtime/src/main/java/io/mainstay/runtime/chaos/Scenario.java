package io.mainstay.runtime.chaos;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** What {@code mainstay chaos run} can do to a node; the seed draws one of the conditions. */
public enum Scenario {
  /** A worker is killed. */
  KILL_WORKER(Condition.WORKER_KILLED, Condition.WORKER_CRASHES),
  /** A worker hangs: in its computation, in its conversation, or stopped. */
  HANG_WORKER(Condition.WORKER_STOPPED, Condition.BATCH_HANGS, Condition.WORKER_SILENT),
  /** No worker of a device comes up. */
  DEVICE_LOSS(Condition.DEVICE_LOST),
  /** A worker takes more memory than it may. */
  OOM(Condition.BATCH_OUT_OF_MEMORY, Condition.LOAD_OUT_OF_MEMORY),
  /** Memory is held that nobody gives back. */
  LEAK(Condition.HEAP_LEAKED, Condition.MEMORY_BOOKED_FOR_NOBODY),
  /** A model's files are damaged. */
  MODEL_CORRUPTION(Condition.MODEL_DAMAGED, Condition.COMPONENT_GONE, Condition.COMPONENTS_SWAPPED),
  /** What pictures are made by is damaged. */
  TEMPLATE_CORRUPTION(Condition.SCHEDULER_DAMAGED),
  /** What pictures are judged by is damaged. */
  SAFETY_FAILURE(Condition.SAFETY_POLICY_DAMAGED, Condition.SAFETY_MODEL_DAMAGED),
  /** The disk of the node's data is full. */
  DISK_FULL(Condition.DISK_FULL),
  /** One text crashes every worker that sees it. */
  POISON(Condition.TEXT_POISONOUS),
  /** All of it, mixed. */
  STORM(Condition.ofStorms().toArray(Condition[]::new));

  private static final long ROUNDS_MAX = 1_000_000;

  private final List<Condition> conditions;

  Scenario(Condition... conditions) {
    this.conditions = List.of(conditions);
  }

  /** Such as {@code kill-worker}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** All names, for people. */
  public static String names() {
    return Arrays.stream(values()).map(Scenario::wireName).collect(Collectors.joining(", "));
  }

  /** The one of that name. */
  public static Optional<Scenario> named(String name) {
    return Arrays.stream(values()).filter(one -> one.wireName().equals(name)).findFirst();
  }

  /** What it draws from. */
  public List<Condition> conditions() {
    return conditions;
  }

  /** Whether it needs a small file system to fill. */
  public boolean fillsDisk() {
    return this == DISK_FULL;
  }

  /**
   * What the rounds of a scenario do, one after the other: a pure function of the seed.
   *
   * @param allowed conditions that can be brought about, at least one
   * @param devices of the node, at least one
   */
  static StormPlan.Blow round(long seed, int round, List<Condition> allowed, List<String> devices) {
    // Neighbouring seeds of this one draw nothing alike.
    SplittableRandom random = new SplittableRandom(seed * ROUNDS_MAX + round);
    return new StormPlan.Blow(
        round,
        Duration.ZERO,
        allowed.get(random.nextInt(allowed.size())),
        devices.get(random.nextInt(devices.size())));
  }
}
