package io.mainstay.persistence.serialization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RowSealTest {
  @Test
  void aSealedObject_isAnObjectStill_andOpensToItself() throws IOException {
    for (String json : new String[] {"{}", "{\"a\":1}", "{\"a\":{\"b\":\"\u00e9\"}}"}) {
      byte[] row = RowSeal.close(bytes(json));
      assertArrayEquals(bytes(json), RowSeal.open(row));
      new JournalJson(EventManifests.current()).tree(row).get("crc32c").asText();
    }
    assertEquals(
        "{\"a\":1,\"crc32c\":\"3a287cd0\"}".length(), RowSeal.close(bytes("{\"a\":1}")).length);
  }

  @Test
  void aRowWithoutSeal_isItself() throws IOException {
    assertArrayEquals(bytes("{\"a\":1}"), RowSeal.open(bytes("{\"a\":1}")));
    assertArrayEquals(bytes("{}"), RowSeal.open(bytes("{}")));
    assertArrayEquals(new byte[0], RowSeal.open(new byte[0]));
  }

  @Test
  void anyChangedBit_isFoundOrLeavesTheContentWhole() throws IOException {
    byte[] json = bytes("{\"meta\":{\"at\":\"now\"},\"n\":12345}");
    byte[] row = RowSeal.close(json);
    for (int bit = 0; bit < row.length * 8; bit++) {
      byte[] changed = row.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      if (bit / 8 < json.length - 1) {
        assertThrows(RowSeal.BrokenException.class, () -> RowSeal.open(changed));
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
