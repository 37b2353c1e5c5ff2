package io.mainstay.actors.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mainstay.persistence.transaction.TransactionObserver.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillPointsTest {
  @TempDir Path directory;

  @Test
  void points_areCountedFromTheOrder_andTheOneOrderedKillsOnce() throws Exception {
    List<String> killed = new ArrayList<>();
    Path file = directory.resolve("points");
    Path order = directory.resolve("points" + KillPoints.ORDER);
    KillPoints points = new KillPoints(file, () -> killed.add("node"), () -> killed.add("worker"));
    points.at(Point.TELL, "A", "before the order");
    Files.writeString(order, "2 worker\n");
    points.at(Point.TELL, "A", "first");
    assertEquals(List.of(), killed);
    points.at(Point.TAKE, "A", "second");
    points.at(Point.TAKE, "A", "after it");
    assertEquals(List.of("worker"), killed);
    assertFalse(Files.exists(order));
    Files.writeString(order, "1 node");
    points.at(Point.WRITE, "B", "third");
    assertEquals(List.of("worker", "node"), killed);
    assertEquals(
        List.of("1 TELL A first", "2 TAKE A second", "1 WRITE B third"), Files.readAllLines(file));
  }
}
