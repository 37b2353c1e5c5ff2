package io.mainstay.actors.processing.text;

import io.mainstay.actors.gateway.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads and checks a text input. A document is a line; LF and CRLF end it, the last may end without
 * one. A blank line is a document like any other, so that an index is always the line's number
 * counted from 0. A byte order mark is dropped. What is not UTF-8 text is refused, with where.
 */
public final class TextReader {
  private static final int DECODED_AT_ONCE = 8192;
  private static final int BOM_BYTES = 3;

  private final TextLimits limits;

  /** A reader with these bounds. */
  public TextReader(TextLimits limits) {
    this.limits = limits;
  }

  /**
   * Reads a whole input.
   *
   * @param name of the input, for messages
   * @throws Refusal if it is empty, too large, no text, or has a line that is too long
   */
  public TextDocuments read(String name, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(limits.inputBytes());
    if (in.read() >= 0) {
      throw Refusal.of(
          "input_too_large",
          "Input '"
              + name
              + "' is larger than "
              + limits.inputBytes()
              + " bytes, the limit of mainstay.processing.max-input",
          "Split the input, or raise the limit");
    }
    if (bytes.length == 0) {
      throw Refusal.of(
          "empty_input", "Input '" + name + "' is empty", "Give a file with one document a line");
    }
    checkText(name, bytes);
    return split(name, bytes);
  }

  private void checkText(String name, byte[] bytes) {
    for (int offset = 0; offset < bytes.length; offset++) {
      if (bytes[offset] == 0) {
        throw notText(name, bytes, offset, "a zero byte");
      }
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(DECODED_AT_ONCE);
    CoderResult result;
    do {
      out.clear();
      result = decoder.decode(in, out, true);
    } while (result.isOverflow());
    if (result.isError()) {
      throw notText(
          name, bytes, in.position(), String.format("byte 0x%02x", bytes[in.position()] & 0xff));
    }
  }

  private static Refusal notText(String name, byte[] bytes, int offset, String what) {
    int line = 1;
    for (int i = 0; i < offset; i++) {
      line += bytes[i] == '\n' ? 1 : 0;
    }
    return Refusal.of(
        "not_text",
        "Input '"
            + name
            + "' is not UTF-8 text: "
            + "line "
            + line
            + " has "
            + what
            + " at byte offset "
            + offset,
        "Give a UTF-8 text file with one document a line; convert other encodings, such as with"
            + " iconv");
  }

  private TextDocuments split(String name, byte[] bytes) {
    int[] starts = new int[64];
    int[] ends = new int[64];
    int count = 0;
    int start = hasMark(bytes) ? BOM_BYTES : 0;
    boolean blank = true;
    while (start < bytes.length) {
      int feed = start;
      while (feed < bytes.length && bytes[feed] != '\n') {
        feed++;
      }
      int end = feed > start && bytes[feed - 1] == '\r' ? feed - 1 : feed;
      checkLine(name, count, end - start);
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, count * 2);
        ends = Arrays.copyOf(ends, count * 2);
      }
      starts[count] = start;
      ends[count] = end;
      count++;
      blank = blank && isBlank(bytes, start, end);
      start = feed + 1;
    }
    if (blank) {
      throw Refusal.of(
          "empty_input",
          "Input '" + name + "' has " + count + " lines and all of them are blank",
          "Give a file with one document a line");
    }
    return new TextDocuments(bytes, Arrays.copyOf(starts, count), Arrays.copyOf(ends, count));
  }

  private void checkLine(String name, int index, int lineBytes) {
    if (index >= limits.documents()) {
      throw Refusal.of(
          "too_many_documents",
          "Input '"
              + name
              + "' has more than "
              + limits.documents()
              + " lines, the limit of mainstay.processing.max-documents",
          "Split the input, or raise the limit");
    }
    if (lineBytes > limits.lineBytes()) {
      throw Refusal.of(
          "line_too_long",
          "Line "
              + (index + 1)
              + " of input '"
              + name
              + "' has "
              + lineBytes
              + " bytes; the limit of mainstay.processing.max-line is "
              + limits.lineBytes(),
          "Put one document on each line: the model reads only the beginning of a long one anyway");
    }
  }

  private static boolean hasMark(byte[] bytes) {
    return bytes.length >= BOM_BYTES
        && (bytes[0] & 0xff) == 0xef
        && (bytes[1] & 0xff) == 0xbb
        && (bytes[2] & 0xff) == 0xbf;
  }

  private static boolean isBlank(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
        return false;
      }
    }
    return true;
  }
}
