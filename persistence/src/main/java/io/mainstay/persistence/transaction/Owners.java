package io.mainstay.persistence.transaction;

import java.util.Optional;

/**
 * For whom a transaction holds what it holds. An operator's holdings outlive the node until they
 * are released or their time is up; those of a load or a session end with the life of the domains
 * that it ran in.
 */
public final class Owners {
  /** A person, through the command line. */
  public static final String OPERATOR = "operator";

  private static final String LOAD = "load:";

  private Owners() {}

  /** A model load, by its saga. */
  public static String load(String sagaId) {
    return LOAD + sagaId;
  }

  /** Whether it is a model load. */
  public static boolean isLoad(String owner) {
    return owner.startsWith(LOAD);
  }

  /** The saga of a load; empty of another owner. */
  public static Optional<String> sagaOf(String owner) {
    return isLoad(owner) ? Optional.of(owner.substring(LOAD.length())) : Optional.empty();
  }

  /** A session. */
  public static String session(String sessionId) {
    return "session:" + sessionId;
  }

  /** Whether holdings of that owner are put in place again after a restart. */
  public static boolean outlivesNode(String owner) {
    return owner.equals(OPERATOR);
  }
}
