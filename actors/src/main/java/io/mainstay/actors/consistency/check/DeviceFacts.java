package io.mainstay.actors.consistency.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A device as its own domain has it.
 *
 * @param state as users see it, such as {@code serving}
 * @param budgetBytes of its memory
 * @param servingEpoch of the worker that it says serves, 0 for none
 * @param publishedModels that it told the other domains of
 * @param wanted models that it has or is to have
 * @param slots its places for a worker
 */
public record DeviceFacts(
    String id,
    String state,
    long budgetBytes,
    long servingEpoch,
    Set<String> publishedModels,
    Set<String> wanted,
    List<SlotFacts> slots) {
  public DeviceFacts {
    publishedModels = Set.copyOf(publishedModels);
    wanted = Set.copyOf(wanted);
    slots = List.copyOf(slots);
  }

  /** The slot of the worker that serves, while nothing changes in it. */
  public Optional<SlotFacts> settled() {
    return state.equals("serving")
        ? slots.stream().filter(s -> s.epoch() == servingEpoch && s.up() && !s.busy()).findFirst()
        : Optional.empty();
  }

  /**
   * A worker as its slot has it.
   *
   * @param seat its name in the device
   * @param epoch incarnation, 0 for no worker
   * @param pid 0 before the process exists
   * @param greeted it said hello
   * @param up it has all models that it was to have
   * @param busy it is loading or unloading
   * @param models measured bytes by model; 0 if not measured
   * @param residentBytes as it last reported, 0 before
   * @param callsOpen sent and not answered
   * @param account of the worker itself; empty if it was not asked, or did not answer in time
   */
  public record SlotFacts(
      String seat,
      long epoch,
      long pid,
      boolean greeted,
      boolean up,
      boolean busy,
      Map<String, Long> models,
      long residentBytes,
      int callsOpen,
      ArenaFacts arena,
      Optional<WorkerAccount> account) {
    public SlotFacts {
      models = Map.copyOf(models);
    }

    /** Before the worker spoke. */
    public SlotFacts(
        String seat,
        long epoch,
        long pid,
        boolean greeted,
        boolean up,
        boolean busy,
        Map<String, Long> models,
        long residentBytes,
        int callsOpen,
        ArenaFacts arena) {
      this(
          seat,
          epoch,
          pid,
          greeted,
          up,
          busy,
          models,
          residentBytes,
          callsOpen,
          arena,
          Optional.empty());
    }

    /** With what the worker said. */
    public SlotFacts with(WorkerAccount said) {
      return new SlotFacts(
          seat,
          epoch,
          pid,
          greeted,
          up,
          busy,
          models,
          residentBytes,
          callsOpen,
          arena,
          Optional.of(said));
    }
  }

  /**
   * A worker's arena as the host has it.
   *
   * @param capacityBytes 0 if there is none
   * @param leasesOut spans that are not back
   * @param leasesTaken since the worker began: its version
   */
  public record ArenaFacts(long capacityBytes, int leasesOut, long leasesTaken) {
    /** No arena. */
    public static final ArenaFacts NONE = new ArenaFacts(0, 0, 0);
  }
}
