package io.mainstay.runtime.chaos;

import java.io.IOException;
import java.time.Instant;

/** Makes a condition that is an error, by the means that would make it in earnest. */
interface Causer {
  /**
   * Makes it so.
   *
   * @param device that it is about, where it is about one
   * @return when it was so, or when what makes it so was armed
   */
  Instant bring(ChaosStage stage, String device) throws IOException;
}
