package io.mainstay.actors.device.worker;

import io.mainstay.protocol.TensorType;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;
import java.util.List;

/**
 * A model is ready.
 *
 * @param memoryBytes growth of the worker's resident memory
 * @param load from taking the request to ready
 * @param components in loading order
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.MODEL,
    group = "vram_loading",
    fields = {"assembly", "layout"})
public record LoadedModel(long memoryBytes, Duration load, List<Component> components) {
  public LoadedModel {
    components = List.copyOf(components);
  }

  /**
   * One loaded component.
   *
   * @param name such as {@code model}
   * @param optimizedSha256 of the optimized copy just written, lower-case hex, or empty
   * @param inputs its signature
   * @param outputs its signature
   */
  public record Component(
      String name, String optimizedSha256, List<Signature> inputs, List<Signature> outputs) {
    public Component {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /** Name, type and shape of a tensor; -1 where the model leaves a dimension open. */
  public record Signature(String name, TensorType type, List<Long> dims) {
    public Signature {
      dims = List.copyOf(dims);
    }
  }
}
