package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.history.DeadLetterEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.serialization.EventManifests;
import io.mainstay.persistence.serialization.JournalEventSerializer;
import io.mainstay.persistence.serialization.JournalJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredLettersTest {
  private static final int MANY = 1_100;

  @TempDir Path data;
  private final EventStamper stamper = EventStamper.system();
  private final JournalJson json = new JournalJson(EventManifests.current());
  private DataDirectory directory;
  private Database database;
  private int written;

  @BeforeEach
  void open() throws Exception {
    directory = DataDirectory.open(data);
    database =
        Database.open(
            directory,
            DatabaseSettings.of(
                ConfigFactory.parseResources("mainstay-node.conf")
                    .withFallback(ConfigFactory.load())
                    .resolve()));
  }

  @AfterEach
  void close() throws IOException {
    database.close();
    directory.close();
  }

  @Test
  void letters_areAllThatAreStored_eachOnce_newestFirst() {
    for (int i = 0; i < MANY; i++) {
      store("L" + i);
    }
    store("L0");
    write(new DeadLetterEvent.DeadLetterPurged(stamper.root(), "L1", "alice"));
    write(new DeadLetterEvent.DeadLetterRedriven(stamper.root(), "L2", "s", "alice"));
    store("L2");
    List<String> ids = read().stream().map(GatewayReply.DeadLetterView::id).toList();
    assertEquals(MANY - 1, ids.size());
    assertEquals("L2", ids.get(0));
    assertEquals("L" + (MANY - 1), ids.get(1));
    assertEquals("L0", ids.get(ids.size() - 1));
  }

  @Test
  void listOfLetters_fitsAFrame() {
    for (int i = 0; i < 200; i++) {
      write(
          new DeadLetterEvent.DeadLetterStored(
              stamper.root(), "L" + i, "s", i, "r".repeat(5_000), "sha"));
    }
    List<GatewayReply.DeadLetterView> fit = ReplyBytes.fitting(read());
    assertEquals("L199", fit.get(0).id());
    int bytes = fit.stream().mapToInt(ReplyBytes::bytes).sum();
    assertEquals(true, bytes <= ReplyBytes.MAX && bytes > ReplyBytes.MAX / 2, "bytes " + bytes);
  }

  private List<GatewayReply.DeadLetterView> read() {
    try (JournalReader reader = JournalReader.of(database)) {
      return StoredLetters.read(reader, "n1");
    }
  }

  private void store(String letterId) {
    write(new DeadLetterEvent.DeadLetterStored(stamper.root(), letterId, "s", 1, "poison", "sha"));
  }

  private void write(DeadLetterEvent event) {
    written++;
    database.write(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO journal(persistence_id, sequence_number, writer, write_timestamp,"
                      + " adapter_manifest, event_ser_id, event_ser_manifest, event_payload)"
                      + " VALUES ('DeadLetters|n1', ?, 'test', 0, '', ?, ?, ?)")) {
            insert.setLong(1, written);
            insert.setInt(2, JournalEventSerializer.IDENTIFIER);
            insert.setString(3, json.manifest(event));
            insert.setBytes(4, json.encode(event));
            return insert.executeUpdate();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
