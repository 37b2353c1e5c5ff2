package io.mainstay.actors.postprocessing.image.safety;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads a policy in the shape of a {@code safety_policy_update}, with the lists {@code
 * forbidden_classes} and {@code forbidden_prompt_terms} besides. Fields that it does not know are
 * left alone; one that is missing or out of its range is refused by name.
 */
public final class SafetyPolicyFile {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private SafetyPolicyFile() {}

  /**
   * The policy in a file's text.
   *
   * @throws IllegalArgumentException if it is no such policy; the message says where and why
   */
  public static SafetyPolicy parse(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException unreadable) {
      throw new IllegalArgumentException(
          "The safety policy is not JSON: " + unreadable.getOriginalMessage(), unreadable);
    }
    if (!root.isObject()) {
      throw new IllegalArgumentException("The safety policy is no JSON object");
    }
    String type = root.path("event_type").asText("safety_policy_update");
    if (!type.equals("safety_policy_update")) {
      throw new IllegalArgumentException(
          "event_type is '" + type + "'; a policy file has safety_policy_update");
    }
    return new SafetyPolicy(
        text(root, "policy_version"),
        number(root, "safety_thresholds", "content_safety_minimum"),
        number(root, "safety_thresholds", "quality_minimum"),
        level(
            root,
            "safety_thresholds",
            "technical_compliance",
            TechnicalCompliance.values(),
            TechnicalCompliance::wireName),
        level(
            root,
            "enforcement_actions",
            "below_safety_threshold",
            Enforcement.values(),
            Enforcement::wireName),
        level(
            root,
            "enforcement_actions",
            "below_quality_threshold",
            Enforcement.values(),
            Enforcement::wireName),
        texts(root, "forbidden_classes"),
        texts(root, "forbidden_prompt_terms"));
  }

  private static JsonNode required(JsonNode root, String... path) {
    JsonNode node = root;
    for (String name : path) {
      node = node.path(name);
    }
    if (node.isMissingNode() || node.isNull()) {
      throw new IllegalArgumentException(
          "The safety policy has no " + String.join(".", path) + "; add it");
    }
    return node;
  }

  private static String text(JsonNode root, String... path) {
    JsonNode node = required(root, path);
    if (!node.isTextual()) {
      throw new IllegalArgumentException(
          String.join(".", path) + " is " + node + "; a text is expected");
    }
    return node.textValue();
  }

  private static double number(JsonNode root, String... path) {
    JsonNode node = required(root, path);
    if (!node.isNumber()) {
      throw new IllegalArgumentException(
          String.join(".", path) + " is " + node + "; a number is expected");
    }
    return node.doubleValue();
  }

  private static <T> T level(
      JsonNode root, String object, String field, T[] levels, Function<T, String> name) {
    String asked = text(root, object, field);
    return Arrays.stream(levels)
        .filter(level -> name.apply(level).equals(asked))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    object
                        + "."
                        + field
                        + " is '"
                        + asked
                        + "'; allowed are "
                        + Arrays.stream(levels).map(name).collect(Collectors.joining(", "))));
  }

  private static List<String> texts(JsonNode root, String field) {
    JsonNode node = root.path(field);
    if (node.isMissingNode()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : node) {
      if (!element.isTextual() || element.textValue().isBlank()) {
        throw new IllegalArgumentException(
            field + " holds " + element + "; only texts are allowed");
      }
      texts.add(element.textValue());
    }
    if (!node.isArray()) {
      throw new IllegalArgumentException(field + " is " + node + "; a list of texts is expected");
    }
    return texts;
  }
}
