package io.mainstay.persistence.serialization;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A checksum inside a row's JSON: its last field, {@code "crc32c":"<8 hex digits>"}, over the JSON
 * without it. Rows of releases before it have none and are read as they are; those releases ignore
 * the field. Thread-safe.
 */
public final class RowSeal {
  private static final byte[] BEFORE = "\"crc32c\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int DIGITS = 8;
  private static final int SEAL_BYTES = BEFORE.length + DIGITS + 2;

  private RowSeal() {}

  /** Bytes that do not have their own checksum any more. */
  public static final class BrokenException extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenException(String message) {
      super(message);
    }
  }

  /** The row of a JSON object. */
  public static byte[] close(byte[] json) {
    int end = json.length - 1;
    boolean empty = json[end - 1] == '{';
    byte[] digits = hex(checksum(json)).getBytes(StandardCharsets.US_ASCII);
    byte[] row = Arrays.copyOf(json, end + (empty ? 0 : 1) + SEAL_BYTES);
    int at = end;
    if (!empty) {
      row[at++] = ',';
    }
    System.arraycopy(BEFORE, 0, row, at, BEFORE.length);
    System.arraycopy(digits, 0, row, at + BEFORE.length, DIGITS);
    row[row.length - 2] = '"';
    row[row.length - 1] = '}';
    return row;
  }

  /**
   * The JSON object of a row.
   *
   * @throws BrokenException if the row has a checksum, and it is another
   */
  public static byte[] open(byte[] row) throws BrokenException {
    int at = row.length - SEAL_BYTES;
    if (at < 1 || !Arrays.equals(row, at, at + BEFORE.length, BEFORE, 0, BEFORE.length)) {
      return row;
    }
    int end = row[at - 1] == ',' ? at - 1 : at;
    byte[] json = Arrays.copyOf(row, end + 1);
    json[end] = '}';
    String stated = new String(row, at + BEFORE.length, DIGITS, StandardCharsets.US_ASCII);
    String actual = hex(checksum(json));
    if (!stated.equals(actual)) {
      throw new BrokenException(
          "its CRC32C is " + actual + ", not " + stated + " as written: the row was changed");
    }
    return json;
  }

  private static int checksum(byte[] json) {
    CRC32C crc = new CRC32C();
    crc.update(json);
    return (int) crc.getValue();
  }

  private static String hex(int checksum) {
    return "%08x".formatted(checksum);
  }
}
