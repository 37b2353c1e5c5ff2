package io.mainstay.actors.state.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Devices have one id everywhere, such as {@code cuda-0}; the catalog's {@code gpu_0} is understood
 * here, at the boundary, and nowhere else. It is never printed.
 */
public final class DeviceNames {
  private static final Pattern CATALOG = Pattern.compile("gpu_(\\d{1,3})");
  private static final List<String> ONE = List.of("device_id");
  private static final List<String> ROUTED =
      List.of("inference_primary", "inference_secondary", "postprocessing");
  private static final List<String> SEVERAL = List.of("gpu_allocation", "applies_to");

  private DeviceNames() {}

  /** Our id of a device that somebody names. */
  public static String canonical(String name) {
    Matcher catalog = CATALOG.matcher(name);
    return catalog.matches() ? "cuda-" + Integer.parseInt(catalog.group(1)) : name;
  }

  /** Replaces the names of devices in a message that came from outside. */
  static void translate(ObjectNode message) {
    ONE.forEach(field -> one(message, field));
    SEVERAL.forEach(field -> several(message, field));
    if (message.get("routing_table") instanceof ObjectNode table) {
      ROUTED.forEach(field -> one(table, field));
    }
    if (message.get("resource_allocation") instanceof ObjectNode resources) {
      SEVERAL.forEach(field -> several(resources, field));
    }
  }

  private static void one(ObjectNode in, String field) {
    if (in.get(field) instanceof TextNode name) {
      in.put(field, canonical(name.textValue()));
    }
  }

  private static void several(ObjectNode in, String field) {
    if (in.get(field) instanceof ArrayNode names) {
      for (int i = 0; i < names.size(); i++) {
        JsonNode name = names.get(i);
        if (name.isTextual()) {
          names.set(i, TextNode.valueOf(canonical(name.textValue())));
        }
      }
    }
  }
}
