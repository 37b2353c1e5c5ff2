package io.mainstay.actors.postprocessing.image.safety;

import io.mainstay.actors.processing.image.Picture;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.function.Consumer;

/** Drawings for the tests of the rules, with smooth edges, on a canvas of 64 units. */
public final class Drawing {
  public static final Color YELLOW = new Color(245, 215, 50);
  public static final Color BLACK = new Color(15, 15, 18);
  public static final Color GREY = new Color(160, 160, 165);

  private Drawing() {}

  /** A picture of that many pixels a side. */
  public static Picture of(int side, Color background, Consumer<Graphics2D> drawing) {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(background);
    graphics.fillRect(0, 0, side, side);
    graphics.scale(side / 64.0, side / 64.0);
    drawing.accept(graphics);
    graphics.dispose();
    float[] planes = new float[3 * side * side];
    for (int pixel = 0; pixel < side * side; pixel++) {
      int rgb = image.getRGB(pixel % side, pixel / side);
      for (int channel = 0; channel < 3; channel++) {
        planes[channel * side * side + pixel] = (rgb >> (16 - 8 * channel) & 255) / 255f;
      }
    }
    return new Picture(side, side, planes);
  }

  /** A warning sign as our own model was taught to draw it. */
  public static void sign(Graphics2D graphics, double x, double y, double radius) {
    signWith(graphics, x, y, radius, YELLOW, BLACK, BLACK);
  }

  /** The same with other colours. */
  public static void signWith(
      Graphics2D graphics,
      double x,
      double y,
      double radius,
      Color face,
      Color border,
      Color mark) {
    fill(graphics, border, triangle(x, y, radius));
    fill(graphics, face, triangle(x, y, 0.76, radius));
    fill(graphics, mark, bar(x, y, radius));
    double w = 0.13 * radius;
    fill(graphics, mark, new Ellipse2D.Double(x - w, y + 0.42 * radius, 2 * w, 2 * w));
  }

  public static void fill(Graphics2D graphics, Color colour, Shape shape) {
    graphics.setColor(colour);
    graphics.fill(shape);
  }

  public static void ring(Graphics2D graphics, Color colour, double x, double y, double radius) {
    graphics.setColor(colour);
    graphics.setStroke(new BasicStroke((float) (radius / 2)));
    graphics.draw(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
  }

  /** An upright triangle. */
  public static Shape triangle(double x, double y, double radius) {
    return triangle(x, y, 1, radius);
  }

  public static Shape circle(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  public static Shape square(double x, double y, double radius) {
    return new Rectangle2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  public static Shape diamond(double x, double y, double radius) {
    return polygon(x, y - radius, x + radius, y, x, y + radius, x - radius, y);
  }

  public static Shape pointingDown(double x, double y, double radius) {
    return polygon(x, y + radius, x - radius, y - radius, x + radius, y - radius);
  }

  private static Shape triangle(double x, double y, double share, double radius) {
    double middle = y + 0.2 * radius;
    return polygon(
        x,
        middle - 1.25 * radius * share,
        x + 1.15 * radius * share,
        middle + 0.72 * radius * share,
        x - 1.15 * radius * share,
        middle + 0.72 * radius * share);
  }

  private static Shape bar(double x, double y, double radius) {
    double w = 0.13 * radius;
    return polygon(
        x - w,
        y - 0.3 * radius,
        x + w,
        y - 0.3 * radius,
        x + 0.6 * w,
        y + 0.32 * radius,
        x - 0.6 * w,
        y + 0.32 * radius);
  }

  private static Shape polygon(double... points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points[0], points[1]);
    for (int i = 2; i < points.length; i += 2) {
      path.lineTo(points[i], points[i + 1]);
    }
    path.closePath();
    return path;
  }
}
