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
  KILL_WORKER(WorkerConditions.WORKER_KILLED, WorkerConditions.WORKER_CRASHES),
  /** A worker hangs: in its computation, in its conversation, or stopped. */
  HANG_WORKER(
      WorkerConditions.WORKER_STOPPED,
      WorkerConditions.BATCH_HANGS,
      WorkerConditions.WORKER_SILENT),
  /** No worker of a device comes up. */
  DEVICE_LOSS(DeviceConditions.DEVICE_LOST),
  /** A worker takes more memory than it may. */
  OOM(WorkerConditions.BATCH_OUT_OF_MEMORY, ModelConditions.LOAD_OUT_OF_MEMORY),
  /** Memory is held that nobody gives back. */
  LEAK(
      MemoryConditions.WORKER_LEAKS,
      NodeConditions.HEAP_LEAKED,
      NodeConditions.MEMORY_BOOKED_FOR_NOBODY),
  /** A model's files are damaged. */
  MODEL_CORRUPTION(
      ModelConditions.MODEL_DAMAGED,
      ModelConditions.COMPONENT_GONE,
      ModelConditions.COMPONENTS_SWAPPED),
  /** What pictures are made by is damaged. */
  TEMPLATE_CORRUPTION(PictureConditions.SCHEDULER_DAMAGED),
  /** What pictures are judged by is damaged. */
  SAFETY_FAILURE(PictureConditions.SAFETY_POLICY_DAMAGED, PictureConditions.SAFETY_MODEL_DAMAGED),
  /** The disk of the node's data is full. */
  DISK_FULL(NodeConditions.DISK_FULL),
  /** One text crashes every worker that sees it. */
  POISON(WorkerConditions.TEXT_POISONOUS),
  /** More than 30 % of the components fail at once. */
  PROTECTION_STORM(DeviceConditions.WORKERS_ALL_LOST),
  /** All of it, mixed. */
  STORM(Conditions.ofStorms().toArray(Condition[]::new));

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
