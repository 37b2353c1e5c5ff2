package io.mainstay.persistence.serialization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventMigrationTest {
  record Moved(String device, int attempt) implements JournalEvent {}

  private static final EventFamily FAMILY =
      new EventFamily() {
        @Override
        public Map<String, Class<? extends JournalEvent>> manifests() {
          return new ManifestTableBuilder()
              .add("test.Moved.v1", Moved.class)
              .add("test.Moved.v2", Moved.class)
              .build();
        }

        @Override
        public Map<String, EventMigration> migrations() {
          return Map.of("test.Moved.v1", EventMigrationTest::fromV1);
        }
      };

  private final JournalJson json = new JournalJson(EventManifests.of(List.of(FAMILY)));

  private static ObjectNode fromV1(ObjectNode old) {
    old.set("device", old.remove("gpu"));
    old.put("attempt", 1);
    return old;
  }

  @Test
  void oldRow_isMigrated_andNewOnesAreWrittenUnderTheLastName() throws IOException {
    byte[] row = "{\"gpu\":\"cuda-0\"}".getBytes(StandardCharsets.UTF_8);
    Moved moved = new Moved("cuda-0", 1);
    assertEquals(moved, json.decode(row, "test.Moved.v1"));
    assertEquals("test.Moved.v2", json.manifest(moved));
    assertEquals(moved, json.decode(json.encode(moved), "test.Moved.v2"));
  }

  @Test
  void oldRow_thatIsNoObject_isAnError() {
    byte[] row = "7".getBytes(StandardCharsets.UTF_8);
    assertThrows(IOException.class, () -> json.decode(row, "test.Moved.v1"));
  }

  @Test
  void nameForTwoClasses_isRefused() {
    record Other() implements JournalEvent {}
    EventFamily other = () -> new ManifestTableBuilder().add("test.Moved.v1", Other.class).build();
    assertThrows(IllegalStateException.class, () -> EventManifests.of(List.of(FAMILY, other)));
  }
}
