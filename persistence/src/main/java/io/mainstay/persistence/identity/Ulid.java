package io.mainstay.persistence.identity;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * 26 characters of Crockford base 32: 48 bits of milliseconds since 1970, then 80 random bits.
 * Sorting the text sorts by time. Layout from the ULID specification (github.com/ulid/spec).
 */
public final class Ulid {
  /** Characters in a ULID. */
  public static final int LENGTH = 26;

  private static final char[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final String DIGITS = new String(ALPHABET);
  // 26 * 5 bits are 130: the first character holds three bits only.
  private static final Pattern FORM = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");
  private static final int TIME_CHARACTERS = 10;

  private Ulid() {}

  /** True if the text has the form of a ULID, upper case. */
  public static boolean isValid(String text) {
    return text != null && FORM.matcher(text).matches();
  }

  /** When the ULID was made, to the millisecond. */
  public static Instant instant(String ulid) {
    if (!isValid(ulid)) {
      throw new IllegalArgumentException("Not a ULID: '" + ulid + "'");
    }
    long millis = 0;
    for (int i = 0; i < TIME_CHARACTERS; i++) {
      millis = (millis << 5) | DIGITS.indexOf(ulid.charAt(i));
    }
    return Instant.ofEpochMilli(millis);
  }

  /**
   * Text of a time and 80 bits.
   *
   * @param high the upper 16 of the 80 bits
   * @param low the lower 64
   */
  static String format(long millis, int high, long low) {
    char[] text = new char[LENGTH];
    for (int i = 0; i < TIME_CHARACTERS; i++) {
      text[i] = ALPHABET[(int) (millis >>> (5 * (TIME_CHARACTERS - 1 - i))) & 31];
    }
    // 80 bits in 16 groups of five; groups 0 to 3 start in the high 16 bits.
    for (int i = 0; i < 16; i++) {
      int shift = 75 - 5 * i;
      long bits =
          shift >= 64
              ? high >>> (shift - 64)
              : (low >>> shift) | (shift > 59 ? (long) high << (64 - shift) : 0L);
      text[TIME_CHARACTERS + i] = ALPHABET[(int) bits & 31];
    }
    return new String(text);
  }
}
