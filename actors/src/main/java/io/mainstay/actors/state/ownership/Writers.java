package io.mainstay.actors.state.ownership;

/** Whose classes may make a new value of a type that is owned. */
public final class Writers {
  private static final String ACTORS = "io.mainstay.actors.";
  private static final String PROTOCOL = "io.mainstay.protocol";

  private Writers() {}

  /**
   * The domain of a package: {@code io.mainstay.actors.memory} for anything below it, and the
   * worker protocol as a whole for what is read from the wire.
   *
   * @throws IllegalArgumentException if the package is in neither
   */
  public static String of(String packageName) {
    if (packageName.startsWith(PROTOCOL)) {
      return PROTOCOL;
    }
    if (!packageName.startsWith(ACTORS)) {
      throw new IllegalArgumentException(
          "Package " + packageName + " is of no domain, so nobody may own what it holds");
    }
    int end = packageName.indexOf('.', ACTORS.length());
    return end < 0 ? packageName : packageName.substring(0, end);
  }
}
