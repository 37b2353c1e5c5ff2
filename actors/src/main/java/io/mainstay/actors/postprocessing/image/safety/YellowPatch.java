package io.mainstay.actors.postprocessing.image.safety;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * A connected patch of yellow pixels, with its extent in each row: the patch from its leftmost to
 * its rightmost pixel, whatever lies between.
 */
final class YellowPatch {
  // How far the rows of a triangle may be from growing evenly, as a share of its base.
  private static final double UNEVENNESS_MAX = 0.1;
  private static final double APEX_OFFSET_MAX = 0.2;
  private static final double BORDER_MIN = 0.7;
  // A border may be this far away, as a share of the height: smooth edges lie between.
  private static final double BORDER_REACH = 0.12;
  private static final double MARK_MIN = 0.02;
  private static final double MARK_MAX = 0.4;

  private final PixelColours colours;
  private final int top;
  private final int[] left;
  private final int[] right;
  private final int pixels;

  private YellowPatch(PixelColours colours, int top, int[] left, int[] right, int pixels) {
    this.colours = colours;
    this.top = top;
    this.left = left;
    this.right = right;
    this.pixels = pixels;
  }

  /** The patch around a yellow pixel; its pixels are visited then. */
  static YellowPatch from(int start, PixelColours colours, boolean[] visited) {
    int width = colours.width();
    int height = colours.height();
    int[] left = new int[height];
    int[] right = new int[height];
    Arrays.fill(left, width);
    Arrays.fill(right, -1);
    ArrayDeque<Integer> open = new ArrayDeque<>();
    visited[start] = true;
    open.add(start);
    int count = 0;
    int top = height;
    int bottom = 0;
    while (!open.isEmpty()) {
      int pixel = open.poll();
      count++;
      int x = pixel % width;
      int y = pixel / width;
      left[y] = Math.min(left[y], x);
      right[y] = Math.max(right[y], x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      visit(x > 0, pixel - 1, colours, visited, open);
      visit(x < width - 1, pixel + 1, colours, visited, open);
      visit(y > 0, pixel - width, colours, visited, open);
      visit(y < height - 1, pixel + width, colours, visited, open);
    }
    return new YellowPatch(
        colours,
        top,
        Arrays.copyOfRange(left, top, bottom + 1),
        Arrays.copyOfRange(right, top, bottom + 1),
        count);
  }

  private static void visit(
      boolean inside,
      int pixel,
      PixelColours colours,
      boolean[] visited,
      ArrayDeque<Integer> open) {
    if (inside && !visited[pixel] && colours.yellow(pixel)) {
      visited[pixel] = true;
      open.add(pixel);
    }
  }

  int pixels() {
    return pixels;
  }

  boolean isWarningSign() {
    return rows() >= 5 && isTriangle() && hasDarkBorder() && hasDarkMark();
  }

  private int rows() {
    return left.length;
  }

  private int extent(int row) {
    return right[row] - left[row] + 1;
  }

  private int base() {
    return Arrays.stream(right).max().getAsInt() - Arrays.stream(left).min().getAsInt() + 1;
  }

  /** Rows grow evenly from an apex above the middle of the base. */
  private boolean isTriangle() {
    double base = base();
    double unevenness = 0;
    for (int row = 0; row < rows(); row++) {
      unevenness += Math.abs(extent(row) - base * (row + 0.5) / rows());
    }
    double leftmost = Arrays.stream(left).min().getAsInt();
    double apex = (left[0] + right[0] + 1) / 2.0;
    return unevenness / rows() <= UNEVENNESS_MAX * base
        && Math.abs(apex - leftmost - base / 2) <= APEX_OFFSET_MAX * base
        && base >= 0.6 * rows()
        && base <= 2.5 * rows();
  }

  /** Dark pixels follow outwards of most edge pixels, on both sides and below the base. */
  private boolean hasDarkBorder() {
    int reach = Math.max(2, (int) Math.round(BORDER_REACH * rows()));
    int sides = 0;
    for (int row = 0; row < rows(); row++) {
      sides += darkWithin(left[row], top + row, -1, 0, reach) ? 1 : 0;
      sides += darkWithin(right[row], top + row, 1, 0, reach) ? 1 : 0;
    }
    int last = rows() - 1;
    int below = 0;
    for (int x = left[last]; x <= right[last]; x++) {
      below += darkWithin(x, top + last, 0, 1, reach) ? 1 : 0;
    }
    return sides >= BORDER_MIN * 2 * rows() && below >= BORDER_MIN * extent(last);
  }

  private boolean darkWithin(int x, int y, int dx, int dy, int reach) {
    for (int step = 1; step <= reach; step++) {
      int atX = x + step * dx;
      int atY = y + step * dy;
      if (atX < 0 || atY < 0 || atX >= colours.width() || atY >= colours.height()) {
        return false;
      }
      if (colours.dark(atY * colours.width() + atX)) {
        return true;
      }
    }
    return false;
  }

  /** A dark mark of some size stands inside, about the middle. */
  private boolean hasDarkMark() {
    long dark = 0;
    long sum = 0;
    long area = 0;
    for (int row = 0; row < rows(); row++) {
      area += extent(row);
      for (int x = left[row]; x <= right[row]; x++) {
        if (colours.dark((top + row) * colours.width() + x)) {
          dark++;
          sum += x;
        }
      }
    }
    if (dark < MARK_MIN * area || dark > MARK_MAX * area) {
      return false;
    }
    double leftmost = Arrays.stream(left).min().getAsInt();
    double middle = (sum / (double) dark + 0.5 - leftmost) / base();
    return middle >= 0.35 && middle <= 0.65;
  }
}
