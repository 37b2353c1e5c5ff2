package io.mainstay.actors.model;

import com.typesafe.config.Config;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;

/**
 * Versions of ONNX operators that a graph may ask for, both inclusive.
 *
 * @param opsetMin oldest that the workers' ONNX Runtime runs
 * @param opsetMax newest
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.INFERENCE,
    group = "capabilities",
    fields = "constraints")
public record GraphBounds(int opsetMin, int opsetMax) {
  public GraphBounds {
    if (opsetMin < 1 || opsetMax < opsetMin) {
      throw new IllegalArgumentException(
          "mainstay.model.opset-min is "
              + opsetMin
              + " and opset-max "
              + opsetMax
              + "; they must be at least 1 and in this order");
    }
  }

  static GraphBounds of(Config model) {
    return new GraphBounds(model.getInt("opset-min"), model.getInt("opset-max"));
  }
}
