package io.mainstay.persistence.transaction;

/**
 * For whom a transaction holds what it holds. An operator's holdings outlive the node until they
 * are released or their time is up; those of a load or a session end with the life of the domains
 * that it ran in.
 */
public final class Owners {
  /** A person, through the command line. */
  public static final String OPERATOR = "operator";

  private Owners() {}

  /** A model load, by its saga. */
  public static String load(String sagaId) {
    return "load:" + sagaId;
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
