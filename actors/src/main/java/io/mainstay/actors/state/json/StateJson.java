package io.mainstay.actors.state.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.mainstay.actors.state.StateKind;
import io.mainstay.protocol.state.StateMessage;

/**
 * Prints and parses state messages: {@code event_type} first, then the fields in the order of the
 * record in snake_case; sizes, durations and times in the format of each field. What is absent is
 * left out. Thread-safe.
 */
public final class StateJson {
  private static final String EVENT_TYPE = "event_type";
  private static final ObjectMapper MAPPER = mapper();

  private StateJson() {}

  private static ObjectMapper mapper() {
    JsonMapper.Builder builder =
        JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(new FormatsModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    FieldFormats.MIXINS.forEach(builder::addMixIn);
    return builder.build();
  }

  /** The message as a tree. */
  public static ObjectNode tree(StateMessage message) {
    ObjectNode tree = MAPPER.createObjectNode();
    tree.put(EVENT_TYPE, StateKind.of(message).eventType());
    tree.setAll((ObjectNode) MAPPER.valueToTree(message));
    return tree;
  }

  /** The message on one line. */
  public static String print(StateMessage message) {
    return tree(message).toString();
  }

  /**
   * The message of a text.
   *
   * @throws IllegalArgumentException naming the field if it is not one of the 24, lacks a field, or
   *     has one that it must not have or of another type
   */
  public static StateMessage parse(String json) {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(json);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException("Not JSON: " + broken.getOriginalMessage(), broken);
    }
    if (!(tree instanceof ObjectNode object) || !tree.path(EVENT_TYPE).isTextual()) {
      throw new IllegalArgumentException(
          "A state message is an object with a field " + EVENT_TYPE + "; this is none: " + json);
    }
    StateKind kind = StateKind.named(object.remove(EVENT_TYPE).textValue());
    DeviceNames.translate(object);
    RequiredFields.check(kind.type(), object, kind.eventType());
    try {
      return MAPPER.treeToValue(object, kind.type());
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException(
          kind.eventType() + " has a wrong field: " + wrong.getOriginalMessage(), wrong);
    }
  }
}
