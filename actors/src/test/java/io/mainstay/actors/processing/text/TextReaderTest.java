package io.mainstay.actors.processing.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TextReaderTest {
  private final TextReader reader = new TextReader(new TextLimits(4000, 100, 50));

  private List<String> documents(byte[] bytes) throws IOException {
    TextDocuments documents = reader.read("in.txt", new ByteArrayInputStream(bytes));
    return documents.texts(0, documents.count());
  }

  private List<String> documents(String text) throws IOException {
    return documents(text.getBytes(StandardCharsets.UTF_8));
  }

  private Refusal refusal(byte[] bytes) {
    return assertThrows(Refusal.class, () -> documents(bytes));
  }

  private Refusal refusal(String text) {
    return refusal(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void read_lineEndingsAndTheLastLine() throws IOException {
    assertEquals(List.of("a", "b"), documents("a\nb\n"));
    assertEquals(List.of("a", "b"), documents("a\nb"));
    assertEquals(List.of("a", "b"), documents("a\r\nb\r\n"));
    assertEquals(List.of("a", "b"), documents("a\r\nb\r"));
    assertEquals(List.of("a\rb"), documents("a\rb\n"));
  }

  @Test
  void read_blankLinesAreDocuments_soThatIndexesAreLines() throws IOException {
    assertEquals(List.of("a", "", "b", ""), documents("a\n\nb\n\n"));
    assertEquals(List.of("", " ", "c"), documents("\n \nc"));
  }

  @Test
  void read_dropsAByteOrderMark() throws IOException {
    assertEquals(List.of("\u00e4", "b"), documents("\ufeff\u00e4\nb"));
  }

  @Test
  void read_keepsEveryScript() throws IOException {
    assertEquals(
        List.of("\u65e5\u672c\u8a9e", "\ud83d\ude00 ok"),
        documents("\u65e5\u672c\u8a9e\n\ud83d\ude00 ok\n"));
  }

  @Test
  void read_whenEmptyOrBlank_isRefused() {
    assertEquals("empty_input", refusal("").code());
    assertEquals("empty_input", refusal("\n\n \t\n").code());
    assertEquals("empty_input", refusal("\ufeff").code());
  }

  @Test
  void read_whenBinary_isRefusedWithTheOffset() {
    Refusal zero = refusal(new byte[] {'a', 'b', 0, 'c'});
    assertEquals("not_text", zero.code());
    assertTrue(zero.getMessage().endsWith("a zero byte at byte offset 2"), zero.getMessage());
    Refusal wrong = refusal(new byte[] {'a', '\n', (byte) 0xff, 'c'});
    assertTrue(wrong.getMessage().endsWith("byte 0xff at byte offset 2"), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("line 2"), wrong.getMessage());
    Refusal cut = refusal(new byte[] {'a', (byte) 0xe6, (byte) 0x97});
    assertTrue(cut.getMessage().contains("byte offset 1"), cut.getMessage());
  }

  @Test
  void read_whenBinaryFarInside_namesTheOffsetOfThere() {
    byte[] bytes = "x\n".repeat(1900).getBytes(StandardCharsets.UTF_8);
    bytes[3001] = (byte) 0xc0;
    TextReader wide = new TextReader(new TextLimits(1 << 20, 100, 1 << 20));
    Refusal refusal =
        assertThrows(Refusal.class, () -> wide.read("in.txt", new ByteArrayInputStream(bytes)));
    assertTrue(refusal.getMessage().contains("byte offset 3001"), refusal.getMessage());
  }

  @Test
  void read_whenALineIsTooLong_namesTheLineAndTheLimit() throws IOException {
    assertEquals(1, documents("x".repeat(100) + "\r\n").size());
    Refusal refusal = refusal("short\n" + "x".repeat(101) + "\n");
    assertEquals("line_too_long", refusal.code());
    assertTrue(
        refusal.getMessage().startsWith("Line 2 of input 'in.txt' has 101 bytes"),
        refusal.getMessage());
    assertTrue(refusal.getMessage().contains("max-line is 100"), refusal.getMessage());
  }

  @Test
  void read_whenThereAreTooManyLines_isRefused() throws IOException {
    assertEquals(50, documents("a\n".repeat(50)).size());
    assertEquals("too_many_documents", refusal("a\n".repeat(51)).code());
  }

  @Test
  void read_whenTooLarge_readsNoMoreThanTheLimit() throws IOException {
    assertEquals(40, documents(("x".repeat(99) + "\n").repeat(40)).size());
    int[] read = {0};
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            read[0]++;
            return 'x';
          }
        };
    Refusal refusal = assertThrows(Refusal.class, () -> reader.read("endless", endless));
    assertEquals("input_too_large", refusal.code());
    assertEquals(4001, read[0]);
  }

  @Property
  void read_givesBackTheLinesThatWereWritten(@ForAll @Size(min = 1, max = 20) List<Short> seeds)
      throws IOException {
    List<String> lines = new ArrayList<>();
    for (short seed : seeds) {
      lines.add(
          "line " + seed + " " + new String(Character.toChars(0x20 + Math.abs(seed) % 0xd000)));
    }
    assertEquals(lines, documents(String.join("\n", lines) + "\n"));
  }
}
