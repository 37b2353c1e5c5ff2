package io.mainstay.protocol.wire;

import io.mainstay.protocol.TensorType;
import java.util.List;

/** A tensor as a frame describes it: its bytes are inline or in the arena. */
public record WireTensor(String name, TensorType type, List<Long> dims, TensorSite site) {
  public WireTensor {
    dims = List.copyOf(dims);
  }
}
