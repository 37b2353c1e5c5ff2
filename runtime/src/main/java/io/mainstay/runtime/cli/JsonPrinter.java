package io.mainstay.runtime.cli;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.mainstay.actors.gateway.GatewayReply;
import java.io.PrintStream;

/**
 * Documents of {@code -o json}: lowerCamel fields in the order of their records, times as ISO-8601
 * in UTC, one document a line.
 */
public final class JsonPrinter {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .addMixIn(GatewayReply.class, Untagged.class)
          .build();

  private JsonPrinter() {}

  /** The wire's tag says which reply it is; a reader of one command's answer knows. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NONE)
  private interface Untagged {}

  /** One line, and flushes: a reader of a stream shall not wait. */
  public static void print(PrintStream out, Object document) {
    out.println(text(document));
    out.flush();
  }

  /** The document as text. */
  public static String text(Object document) {
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "Document " + document.getClass().getSimpleName() + " cannot be written as JSON", e);
    }
  }

  /** Parses text that came from the journal. */
  public static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not JSON: " + json, e);
    }
  }
}
