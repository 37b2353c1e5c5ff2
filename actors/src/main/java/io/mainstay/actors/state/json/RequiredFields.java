package io.mainstay.actors.state.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Checks that a message says everything that its record requires, so that no zero is made up. */
final class RequiredFields {
  private static final PropertyNamingStrategies.NamingBase SNAKE =
      (PropertyNamingStrategies.NamingBase) PropertyNamingStrategies.SNAKE_CASE;
  private static final Set<Class<?>> MAY_BE_ABSENT =
      Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  private RequiredFields() {}

  static void check(Class<?> record, ObjectNode object, String path) {
    for (RecordComponent component : record.getRecordComponents()) {
      String name = SNAKE.translate(component.getName());
      String place = path + "." + name;
      JsonNode value = object.get(name);
      if (value == null || value.isNull()) {
        if (!MAY_BE_ABSENT.contains(component.getType())) {
          throw new IllegalArgumentException(place + " is missing");
        }
      } else if (component.getType().isRecord()) {
        nested(component.getType(), value, place);
      } else if (value instanceof ArrayNode elements
          && component.getGenericType() instanceof ParameterizedType list
          && list.getActualTypeArguments()[0] instanceof Class<?> element
          && element.isRecord()) {
        elements.forEach(each -> nested(element, each, place + "[]"));
      }
    }
  }

  private static void nested(Class<?> record, JsonNode value, String place) {
    if (!(value instanceof ObjectNode object)) {
      throw new IllegalArgumentException(place + " is " + value + "; it must be an object");
    }
    check(record, object, place);
  }
}
