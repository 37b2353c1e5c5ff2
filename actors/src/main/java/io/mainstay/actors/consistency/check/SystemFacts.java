package io.mainstay.actors.consistency.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the kernel says.
 *
 * @param hostPid of this node
 * @param workers every worker process of this user, also those of other nodes
 * @param hosts pids named by workers and files that are alive
 * @param files of arenas in the shared memory directory
 * @param descriptors of this process that are open on such a file
 * @param mappings names of such files that this process has mapped, deleted ones included
 * @param modelFiles by path, of those that the registry has
 */
public record SystemFacts(
    long hostPid,
    List<WorkerProcess> workers,
    Set<Long> hosts,
    List<ArenaFile> files,
    Set<String> descriptors,
    Set<ArenaName> mappings,
    Map<String, ModelFile> modelFiles) {
  /** An empty machine. */
  public static final SystemFacts NONE =
      new SystemFacts(0, List.of(), Set.of(), List.of(), Set.of(), Set.of(), Map.of());

  public SystemFacts {
    workers = List.copyOf(workers);
    hosts = Set.copyOf(hosts);
    files = List.copyOf(files);
    descriptors = Set.copyOf(descriptors);
    mappings = Set.copyOf(mappings);
    modelFiles = Map.copyOf(modelFiles);
  }

  /** The worker with that pid. */
  public Optional<WorkerProcess> worker(long pid) {
    return workers.stream().filter(worker -> worker.pid() == pid).findFirst();
  }

  /**
   * A worker process; its command line says the rest. A dead one that is not reaped is none.
   *
   * @param group its process group
   * @param startTicks when it began, in clock ticks since boot: with the pid it names one process
   * @param residentBytes without what it shares with this node
   */
  public record WorkerProcess(
      long pid,
      long group,
      long startTicks,
      long residentBytes,
      long hostPid,
      String deviceId,
      long epoch) {}

  /**
   * Who an arena's file belongs to, as its name says.
   *
   * @param deviceId empty if the name does not say
   * @param epoch 0 if the name does not say
   */
  public record ArenaName(long hostPid, String deviceId, long epoch) {}

  /** A file of an arena. */
  public record ArenaFile(String path, ArenaName name) {}

  /**
   * A model's file on disk.
   *
   * @param exists whether it is there
   * @param sha256 of its bytes, or empty when it gave no reason to read them
   */
  public record ModelFile(boolean exists, long bytes, String sha256) {}
}
