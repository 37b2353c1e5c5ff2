package io.mainstay.actors.consistency.system;

import io.mainstay.actors.consistency.check.SystemFacts.ArenaName;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads whose a shared memory file is from its name: host, device, epoch, a number, segment. */
final class ArenaNames {
  private static final Pattern OURS =
      Pattern.compile("mainstay-(\\d{1,18})-(.+)-(\\d{1,18})-[0-9a-f]+-\\d+");
  private static final Pattern ANY = Pattern.compile("mainstay-(\\d{1,18})-.+");

  private ArenaNames() {}

  /** Empty if the name is none of ours; device and epoch are empty if it does not have them. */
  static Optional<ArenaName> parse(String name) {
    Matcher ours = OURS.matcher(name);
    if (ours.matches()) {
      return Optional.of(
          new ArenaName(
              Long.parseLong(ours.group(1)), ours.group(2), Long.parseLong(ours.group(3))));
    }
    Matcher any = ANY.matcher(name);
    return any.matches()
        ? Optional.of(new ArenaName(Long.parseLong(any.group(1)), "", 0))
        : Optional.empty();
  }
}
