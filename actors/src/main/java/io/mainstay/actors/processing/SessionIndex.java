package io.mainstay.actors.processing;

import java.util.List;

/** Which sessions there are, in the journal. Blocks: call it on a blocking dispatcher only. */
@FunctionalInterface
public interface SessionIndex {
  /** Ids of all sessions, in any order. */
  List<String> sessionIds();
}
