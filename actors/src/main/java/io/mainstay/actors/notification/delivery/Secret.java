package io.mainstay.actors.notification.delivery;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Something that must not be seen: never in a log, a journal or a text. */
public final class Secret {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /** A secret of that value. */
  public static Secret of(String value) {
    return new Secret(value);
  }

  /** Whether they are the same; one may be null. */
  static boolean same(Secret one, Secret other) {
    return one == null || other == null ? one == other : one.value.equals(other.value);
  }

  /** The value, for whoever sends it. */
  String reveal() {
    return value;
  }

  /**
   * Reads {@code <name>-file} or {@code <name>-env} below a path; empty if neither is set.
   *
   * @param environment variable name to value
   * @throws IllegalArgumentException with the setting's name if it cannot be had; never with a
   *     value
   */
  static Optional<Secret> read(
      String path, Config config, String name, UnaryOperator<String> environment) {
    String file = config.getString(name + "-file");
    String variable = config.getString(name + "-env");
    if (!file.isEmpty() && !variable.isEmpty()) {
      throw new IllegalArgumentException(
          path + ": both " + name + "-file and " + name + "-env are set; set one of them");
    }
    if (!file.isEmpty()) {
      return Optional.of(ofFile(path + "." + name + "-file", Path.of(file)));
    }
    if (!variable.isEmpty()) {
      String value = environment.apply(variable);
      if (value == null || value.isBlank()) {
        throw new IllegalArgumentException(
            path
                + "."
                + name
                + "-env names "
                + variable
                + ", which the node's environment does not have; export it before the start");
      }
      return Optional.of(new Secret(value.strip()));
    }
    return Optional.empty();
  }

  private static Secret ofFile(String setting, Path file) {
    try {
      if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
        throw new IllegalArgumentException(
            setting + ": " + file + " can be read by others; chmod 600 it");
      }
      String line = Files.readAllLines(file).stream().findFirst().orElse("").strip();
      if (line.isEmpty()) {
        throw new IllegalArgumentException(setting + ": the first line of " + file + " is empty");
      }
      return new Secret(line);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          setting + ": " + file + " cannot be read: " + unreadable.getClass().getSimpleName(),
          unreadable);
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
