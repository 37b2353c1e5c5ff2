package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.ErrorNames;
import java.util.List;

/** Conditions of memory: of devices, of workers, of the machine. */
final class MemoryConditions {
  private static final String DEVICE_MEMORY = "the memory of a device";

  /** Most of a device's memory is set aside. */
  static final Condition MEMORY_SHORT =
      Condition.named("memory-short", ErrorNames.MEMORY_PRESSURE_WARNING)
          .needs(Need.OWN_NODE)
          .mustEnd()
          .aloneWith(DEVICE_MEMORY)
          .endedBy(MemoryCausers::free)
          .by(MemoryCausers.fill(0.83));

  /** So much of a device's memory stays set aside that the phases of a recovery miss their aim. */
  static final Condition MEMORY_STAYS_SHORT =
      Condition.named("memory-stays-short", ErrorNames.PHASE_FAILURE_OR_CONTINUED_PRESSURE)
          .needs(Need.OWN_NODE)
          .mustEnd()
          .aloneWith(DEVICE_MEMORY)
          .endedBy(MemoryCausers::free)
          .by(MemoryCausers.fill(0.9));

  /** All but all of a device's memory is set aside. */
  static final Condition MEMORY_EXHAUSTED =
      Condition.named("memory-exhausted", ErrorNames.DOMAIN_RESOURCE_EXHAUSTION)
          .needs(Need.OWN_NODE)
          .mustEnd()
          .aloneWith(DEVICE_MEMORY)
          .endedBy(MemoryCausers::free)
          .by(MemoryCausers::exhaust);

  /** More memory is asked for than there is. */
  static final Condition REQUEST_TOO_LARGE =
      Condition.named("request-too-large", ErrorNames.TRANSACTION_PREPARE_REJECTED)
          .by(MemoryCausers::tooMuch);

  /** A worker takes memory with every batch and never gives it back. */
  static final Condition WORKER_LEAKS =
      Condition.named("worker-leaks", ErrorNames.MODEL_MEMORY_LEAK)
          .needs(Need.FAULT_INJECTION, Need.OWN_NODE)
          .on(Setup.TIGHT)
          .endedBy(LeakCausers::endLeak)
          .ofItsDevice()
          .by(LeakCausers::leak);

  /** A worker has taken memory that the ledger knows nothing of. */
  static final Condition WORKER_BLOATED =
      Condition.named("worker-bloated", ErrorNames.VRAM_ALLOCATION_FAILED)
          .needs(Need.FAULT_INJECTION, Need.OWN_NODE)
          .on(Setup.TIGHT)
          .mustEnd()
          .endedBy(LeakCausers::replace)
          .ofItsDevice()
          .by(LeakCausers::bloat);

  /** The kernel ends a worker, since there is no memory left. */
  static final Condition MACHINE_OUT_OF_MEMORY =
      Condition.named("machine-out-of-memory", ErrorNames.SYSTEM_OUT_OF_MEMORY)
          .needs(Need.FAULT_INJECTION, Need.OWN_NODE, Need.MEMORY_GROUP)
          .on(Setup.TIGHT)
          .endedBy(HostCausers::freeMemory)
          .by(HostCausers::outOfMemory);

  /** There is no room for a worker's shared memory. */
  static final Condition ARENAS_GONE =
      Condition.named("arenas-gone", ErrorNames.VORTICE_ALLOCATION_FAILURE)
          .needs(Need.OWN_NODE, Need.SIGNALS)
          .on(Setup.TIGHT)
          .mustEnd()
          .endedBy(HostCausers::giveArenas)
          .by(HostCausers::takeArenas);

  /** Free memory of an arena lies in pieces that are all too short. */
  static final Condition ARENA_IN_PIECES =
      Condition.named("arena-in-pieces", ErrorNames.MEMORY_FRAGMENTATION_CRITICAL)
          .needs(Need.FAULT_INJECTION, Need.OWN_NODE)
          .on(Setup.SMALL_ARENAS)
          .endedBy(LeakCausers::unblock)
          .by(LeakCausers::fragment);

  /** All of them. */
  static final List<Condition> ALL =
      List.of(
          MEMORY_SHORT,
          MEMORY_STAYS_SHORT,
          MEMORY_EXHAUSTED,
          REQUEST_TOO_LARGE,
          WORKER_LEAKS,
          WORKER_BLOATED,
          MACHINE_OUT_OF_MEMORY,
          ARENAS_GONE,
          ARENA_IN_PIECES);

  private MemoryConditions() {}
}
