package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.ErrorNames;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every condition that can be brought about, by domain. */
public final class Conditions {
  private static final List<Condition> ALL =
      Stream.of(
              WorkerConditions.ALL,
              DeviceConditions.ALL,
              MemoryConditions.ALL,
              ModelConditions.ALL,
              PictureConditions.ALL,
              DomainConditions.ALL,
              NodeConditions.ALL,
              ServiceConditions.ALL)
          .flatMap(List::stream)
          .toList();

  private Conditions() {}

  /** All of them, always in the same order. */
  public static List<Condition> all() {
    return ALL;
  }

  /** The first condition of that error, if one can be brought about. */
  public static Optional<Condition> of(ErrorNames error) {
    return ALL.stream().filter(one -> one.error() == error).findFirst();
  }

  /** The one of that name. */
  public static Optional<Condition> named(String name) {
    return ALL.stream().filter(one -> one.wireName().equals(name)).findFirst();
  }

  /** Those that a storm draws from: over by themselves soon, on the node that most need. */
  static List<Condition> ofStorms() {
    return ALL.stream().filter(Condition::ofStorms).toList();
  }
}
