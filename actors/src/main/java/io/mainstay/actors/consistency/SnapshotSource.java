package io.mainstay.actors.consistency;

import io.mainstay.actors.consistency.check.NodeSnapshot;
import java.util.concurrent.CompletionStage;

/** Where the monitor gets its samples from. */
@FunctionalInterface
public interface SnapshotSource {
  /** A snapshot; parts that did not answer in time are left out. Never blocks. */
  CompletionStage<NodeSnapshot> take();
}
