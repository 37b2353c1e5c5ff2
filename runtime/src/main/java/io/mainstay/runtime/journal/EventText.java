package io.mainstay.runtime.journal;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.runtime.cli.JsonPrinter;
import java.util.Map;
import java.util.Set;

/** One event in one line: its type, then its fields as {@code key=value}. */
public final class EventText {
  private static final int SENTENCE_CHARACTERS = 100;
  private static final int WORD_CHARACTERS = 40;

  /** Shown elsewhere in the line, or only of interest to programs. */
  private static final Set<String> HIDDEN = Set.of("meta", "type", "@type", "event");

  private EventText() {}

  /** The event without its place and time. */
  public static String of(GatewayReply.JournalLine line) {
    StringBuilder text = new StringBuilder(line.type());
    for (Map.Entry<String, JsonNode> field : JsonPrinter.parse(line.json()).properties()) {
      if (!HIDDEN.contains(field.getKey()) && !empty(field.getValue())) {
        text.append(' ').append(field.getKey()).append('=').append(value(field.getValue()));
      }
    }
    return text.toString();
  }

  private static boolean empty(JsonNode value) {
    return value.isNull() || value.isTextual() && value.asText().isEmpty();
  }

  private static String value(JsonNode value) {
    if (value.has("from") && value.has("to") && value.size() == 2) {
      return "[" + value.get("from") + "," + value.get("to") + ")";
    }
    String text = value.isTextual() ? value.asText() : value.toString();
    text = text.replace('\n', ' ');
    int characters = text.indexOf(' ') >= 0 ? SENTENCE_CHARACTERS : WORD_CHARACTERS;
    String shown = text.length() <= characters ? text : text.substring(0, characters) + "...";
    return shown.indexOf(' ') >= 0 && !shown.startsWith("[") && !shown.startsWith("{")
        ? "'" + shown + "'"
        : shown;
  }
}
