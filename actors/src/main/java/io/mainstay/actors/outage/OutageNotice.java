package io.mainstay.actors.outage;

import java.util.List;

/** What whoever changes state that a device holds is told. Node-local. In order for each device. */
public sealed interface OutageNotice {
  /** Which device. */
  String deviceId();

  /** Begin no change of state there; what came meanwhile waits for {@link Thawed}. */
  record Frozen(String deviceId) implements OutageNotice {}

  /** Go on; {@code failover} if the device is given up for now, so that work goes elsewhere. */
  record Thawed(String deviceId, boolean failover) implements OutageNotice {}

  /** A device that was given up serves again. */
  record Returned(String deviceId) implements OutageNotice {}

  /** What was believed of a model was wrong, and is put right. */
  record ModelStateChanged(String deviceId, String modelId, String now, List<String> dependents)
      implements OutageNotice {
    public ModelStateChanged {
      dependents = List.copyOf(dependents);
    }
  }
}
