package io.mainstay.actors.device.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Load of a model with its components, in this order.
 *
 * @param modelId under which it is addressed afterwards
 * @param components files to load
 * @param estimatedBytes memory the load is expected to take; refused by the worker if it does not
 *     fit
 * @param deadline time left; zero for none
 * @param transactionId the transaction whose committed memory it uses; empty for none
 */
public record LoadCall(
    String modelId,
    List<Component> components,
    long estimatedBytes,
    Duration deadline,
    String transactionId) {
  public LoadCall {
    components = List.copyOf(components);
  }

  /** A load of no transaction. */
  public LoadCall(
      String modelId, List<Component> components, long estimatedBytes, Duration deadline) {
    this(modelId, components, estimatedBytes, deadline, "");
  }

  /** The same for a worker that holds nothing for its transaction. */
  public LoadCall ofNoTransaction() {
    return transactionId.isEmpty()
        ? this
        : new LoadCall(modelId, components, estimatedBytes, deadline);
  }

  /**
   * One component.
   *
   * @param name such as {@code model} or {@code unet}
   * @param path absolute path of the file
   * @param sha256 of the file, lower-case hex
   * @param bytes size of the file
   * @param preOptimized whether the file is an optimized copy
   * @param optimizedPath where to write an optimized copy, or null for nowhere
   */
  public record Component(
      String name,
      Path path,
      String sha256,
      long bytes,
      boolean preOptimized,
      Path optimizedPath) {}
}
