package io.mainstay.actors.state.json;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes as text, such as {@code 8GB} or {@code 6.2GB}. The units are powers of 1,024, as in the
 * protocol's catalog: its 8GB is 8,589,934,592 bytes. Printed with as few decimals as still mean
 * exactly the same bytes.
 */
final class SizeText {
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)(B|KB|MB|GB|TB)");
  private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};
  private static final int DECIMALS_MAX = 12;

  private SizeText() {}

  static String print(long bytes) {
    int unit = 0;
    while (unit < UNITS.length - 1 && bytes >= scale(unit + 1).longValue()) {
      unit++;
    }
    BigDecimal exact =
        BigDecimal.valueOf(bytes).divide(scale(unit), DECIMALS_MAX, RoundingMode.HALF_UP);
    for (int decimals = 0; decimals <= DECIMALS_MAX; decimals++) {
      BigDecimal shorter = exact.setScale(decimals, RoundingMode.HALF_UP);
      if (rounded(shorter, unit).compareTo(BigDecimal.valueOf(bytes)) == 0) {
        return shorter.toPlainString() + UNITS[unit];
      }
    }
    return bytes + "B"; // Above what 12 decimals of the unit can tell apart.
  }

  static long parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no size; write a number and B, KB, MB, GB or TB, such as 8GB");
    }
    int unit = Arrays.asList(UNITS).indexOf(form.group(2));
    return bytes(new BigDecimal(form.group(1)), unit);
  }

  private static long bytes(BigDecimal count, int unit) {
    try {
      return rounded(count, unit).longValueExact();
    } catch (ArithmeticException tooLarge) {
      throw new IllegalArgumentException(
          count + UNITS[unit] + " is above the largest size, 8 EiB less one byte", tooLarge);
    }
  }

  private static BigDecimal rounded(BigDecimal count, int unit) {
    return count.multiply(scale(unit)).setScale(0, RoundingMode.HALF_UP);
  }

  private static BigDecimal scale(int unit) {
    return BigDecimal.valueOf(1L << 10 * unit);
  }
}
