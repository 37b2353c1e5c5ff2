package io.mainstay.runtime.chaos;

import java.io.IOException;

/** Takes the condition away again, as an operator would; what it broke is the node's to mend. */
interface Mender {
  /** Nothing to take away. */
  Mender NOTHING = (stage, device) -> {};

  void mend(ChaosStage stage, String device) throws IOException;
}
