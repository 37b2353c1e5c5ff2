package io.mainstay.protocol.wire;

/** The other side speaks another major version of the protocol. */
public final class SchemaRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final int ours;
  private final int theirs;

  public SchemaRefused(int ours, int theirs) {
    super(
        "The worker speaks major protocol version "
            + theirs
            + ", this host speaks "
            + ours
            + "; install the mainstay-worker of this release");
    this.ours = ours;
    this.theirs = theirs;
  }

  /** Major version of this host. */
  public int ours() {
    return ours;
  }

  /** Major version of the worker. */
  public int theirs() {
    return theirs;
  }
}
