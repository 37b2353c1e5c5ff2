package io.mainstay.persistence.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.mainstay.persistence.saga.SagaOutcome;
import io.mainstay.persistence.saga.SagaProtocol;
import io.mainstay.persistence.saga.SagaWork;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.transaction.TransactionProtocol;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A sealed interface as a field cannot be read back without type information. */
class TypeInformationTest {
  @Test
  void everySealedInterfaceInAMessageOrEvent_saysItsType() {
    List<String> without = new ArrayList<>();
    Set<Class<?>> sealedFields = new HashSet<>();
    for (Class<?> type : reachable()) {
      for (RecordComponent component : type.getRecordComponents()) {
        for (Class<?> field : classesIn(component.getGenericType())) {
          boolean open = field.isInterface() && field.getName().startsWith("io.mainstay.");
          if (!open || annotated(component.getAccessor()) || annotatedField(type, component)) {
            continue;
          }
          sealedFields.add(field);
          if (!field.isAnnotationPresent(JsonTypeInfo.class)
              || !field.isAnnotationPresent(JsonSubTypes.class)) {
            without.add(type.getName() + "." + component.getName());
          }
        }
      }
    }
    assertEquals(List.of(), without);
    assertTrue(sealedFields.size() >= 3, "found only " + sealedFields);
  }

  @Test
  void everySealedFieldType_namesEachOfItsCasesOnce() {
    for (Class<?> type :
        List.of(
            io.mainstay.persistence.session.Workflow.class,
            io.mainstay.persistence.session.PictureOperation.class,
            io.mainstay.persistence.saga.SagaPlan.class,
            io.mainstay.persistence.transaction.TransactionPlan.class,
            io.mainstay.persistence.transaction.ParticipantWork.class)) {
      List<Class<?>> named =
          Arrays.stream(type.getAnnotation(JsonSubTypes.class).value())
              .<Class<?>>map(JsonSubTypes.Type::value)
              .toList();
      assertEquals(cases(type).collect(Collectors.toSet()), Set.copyOf(named));
      Set<String> names =
          Arrays.stream(type.getAnnotation(JsonSubTypes.class).value())
              .map(JsonSubTypes.Type::name)
              .collect(Collectors.toSet());
      assertEquals(named.size(), names.size());
    }
  }

  // A sealed interface within another one stands for its own cases.
  private static Stream<Class<?>> cases(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(TypeInformationTest::cases)
        : Stream.of(type);
  }

  private static Set<Class<?>> reachable() {
    Deque<Class<?>> open = new ArrayDeque<>(EventManifests.current().all().values());
    // Their cases hold sealed fields of their own.
    cases(io.mainstay.persistence.session.Workflow.class).forEach(open::add);
    cases(io.mainstay.persistence.transaction.TransactionPlan.class).forEach(open::add);
    for (Class<?> protocol :
        List.of(
            SessionProtocol.class,
            SessionWork.class,
            SagaProtocol.class,
            SagaWork.class,
            TransactionProtocol.class)) {
      open.addAll(List.of(protocol.getDeclaredClasses()));
    }
    open.add(SagaOutcome.class);
    Set<Class<?>> records = new HashSet<>();
    while (!open.isEmpty()) {
      Class<?> type = open.poll();
      if (type.isRecord() && records.add(type)) {
        for (RecordComponent component : type.getRecordComponents()) {
          open.addAll(classesIn(component.getGenericType()));
        }
      }
    }
    // What an actor tells itself is never written.
    records.removeIf(
        type ->
            (type.getEnclosingClass() == SagaProtocol.class
                    || type.getEnclosingClass() == TransactionProtocol.class)
                && !java.lang.reflect.Modifier.isPublic(type.getModifiers()));
    return records;
  }

  private static List<Class<?>> classesIn(Type type) {
    if (type instanceof Class<?> plain) {
      return List.of(plain);
    }
    List<Class<?>> found = new ArrayList<>();
    if (type instanceof ParameterizedType generic
        && !generic.getRawType().getTypeName().startsWith("akka.")) {
      for (Type argument : generic.getActualTypeArguments()) {
        found.addAll(classesIn(argument));
      }
    }
    return found;
  }

  private static boolean annotated(Method accessor) {
    return accessor.isAnnotationPresent(JsonTypeInfo.class);
  }

  private static boolean annotatedField(Class<?> type, RecordComponent component) {
    try {
      return type.getDeclaredField(component.getName()).isAnnotationPresent(JsonTypeInfo.class);
    } catch (NoSuchFieldException e) {
      throw new AssertionError(e);
    }
  }
}
