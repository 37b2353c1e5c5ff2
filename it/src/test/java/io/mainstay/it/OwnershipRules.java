package io.mainstay.it;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.mainstay.actors.state.ownership.OwnershipCatalog;
import io.mainstay.actors.state.ownership.Writers;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.OwnedStates;
import java.util.Set;
import java.util.stream.Stream;

/** What it means that state has one owner, as rules over the byte code. */
final class OwnershipRules {
  /**
   * Runs in this JVM beside the devices, on the worker's behalf: pipelines are Java, and what they
   * tell is what a worker would.
   */
  private static final String WORKERS_SIDE_HERE = "io.mainstay.actors.state.source";

  /** Methods of the caches that change them. */
  private static final Set<String> CHANGES = Set.of("incarnation", "admit", "apply", "forget");

  private OwnershipRules() {}

  static DescribedPredicate<JavaClass> areOwned() {
    return DescribedPredicate.describe(
        "hold owned state",
        type -> type.isAnnotatedWith(Owned.class) || type.isAnnotatedWith(OwnedStates.class));
  }

  static ArchCondition<JavaClass> beListed() {
    return new ArchCondition<>("be listed in OwnedTypes") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean listed = OwnershipCatalog.declaringTypes().contains(type.getName());
        events.add(new SimpleConditionEvent(type, listed, type.getName() + " listed: " + listed));
      }
    };
  }

  /** Only the owner's classes construct it or set its fields. */
  static ArchCondition<JavaClass> beWrittenByTheirOwnerOnly() {
    return new ArchCondition<>("be written by classes of their owner only") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String owner = Writers.of(type.getPackageName());
        Stream.<JavaAccess<?>>concat(
                type.getConstructorCallsToSelf().stream(),
                type.getFieldAccessesToSelf().stream()
                    .filter(access -> access.getAccessType() == JavaFieldAccess.AccessType.SET))
            .forEach(
                access -> {
                  String from = access.getOriginOwner().getPackageName();
                  boolean allowed =
                      isIn(from, owner)
                          || type.getPackageName().startsWith("io.mainstay.protocol")
                              && isIn(from, WORKERS_SIDE_HERE);
                  events.add(
                      new SimpleConditionEvent(
                          type, allowed, access.getDescription() + " (owner: " + owner + ")"));
                });
      }
    };
  }

  /** Only that class calls what changes it. */
  static ArchCondition<JavaClass> beChangedOnlyBy(Class<?> writer) {
    return new ArchCondition<>("be changed by " + writer.getSimpleName() + " only") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getMethodCallsToSelf().stream()
            .filter(call -> CHANGES.contains(call.getTarget().getName()))
            .forEach(
                call -> {
                  String from = call.getOriginOwner().getName();
                  boolean allowed =
                      from.equals(type.getName())
                          || from.equals(writer.getName())
                          || from.startsWith(writer.getName() + "$");
                  events.add(new SimpleConditionEvent(type, allowed, call.getDescription()));
                });
      }
    };
  }

  private static boolean isIn(String packageName, String root) {
    return packageName.equals(root) || packageName.startsWith(root + ".");
  }
}
