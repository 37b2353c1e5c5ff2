package io.mainstay.persistence.serialization;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import java.io.IOException;

/**
 * Journaled objects as JSON and back, by their manifests alone. Needs no actor system, so that
 * tools can read a journal too. Thread-safe.
 */
public final class JournalJson {
  private final EventManifests manifests;
  private final ObjectMapper mapper;

  /** Reads and writes what the table names. */
  public JournalJson(EventManifests manifests) {
    this.manifests = manifests;
    this.mapper =
        JsonMapper.builder()
            .addModule(new ParameterNamesModule())
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .visibility(PropertyAccessor.CREATOR, JsonAutoDetect.Visibility.ANY)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
  }

  /** Manifest of an object. */
  public String manifest(Object value) {
    return manifests.nameOf(value.getClass());
  }

  /** UTF-8 JSON of an object that has a manifest. */
  public byte[] encode(Object value) throws IOException {
    manifests.nameOf(value.getClass());
    return mapper.writeValueAsBytes(value);
  }

  /**
   * The object of a row.
   *
   * @throws IOException if the manifest is unknown or the bytes are not its JSON
   */
  public JournalEvent decode(byte[] json, String manifest) throws IOException {
    Class<? extends JournalEvent> type =
        manifests
            .classOf(manifest)
            .orElseThrow(
                () ->
                    new IOException(
                        "Manifest '"
                            + manifest
                            + "' is unknown to this release; a later one wrote the row, or the"
                            + " row is not ours"));
    var migration = manifests.migrationOf(manifest);
    JournalEvent event;
    if (migration.isPresent()) {
      if (!(mapper.readTree(json) instanceof ObjectNode old)) {
        throw new IOException("Row of '" + manifest + "' is not a JSON object");
      }
      event = mapper.treeToValue(migration.get().migrate(old), type);
    } else {
      event = mapper.readValue(json, type);
    }
    if (event == null) {
      throw new IOException("Row of '" + manifest + "' is null");
    }
    return event;
  }

  /** The JSON as a tree, whatever it is. */
  public JsonNode tree(byte[] json) throws IOException {
    return mapper.readTree(json);
  }
}
