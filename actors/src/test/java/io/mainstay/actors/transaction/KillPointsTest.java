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
  void points_areCountedByNameFromTheOrder_andTheOneOrderedKillsOnce() throws Exception {
    List<String> killed = new ArrayList<>();
    Path file = directory.resolve("points");
    Path order = directory.resolve("points" + KillPoints.ORDER);
    KillPoints points = new KillPoints(file, () -> killed.add("node"), () -> killed.add("worker"));
    points.at(Point.TELL, "A.x", "this");
    Files.writeString(order, "1 2 worker TELL *.x this\n");
    points.at(Point.TELL, "A.x", "this");
    points.at(Point.TELL, "A", "this");
    points.at(Point.TAKE, "A.x", "this");
    points.at(Point.TELL, "A.x", "that");
    assertEquals(List.of(), killed);
    points.at(Point.TELL, "B.x", "this");
    points.at(Point.TELL, "B.x", "this");
    assertEquals(List.of("worker"), killed);
    assertFalse(Files.exists(order));
    Files.writeString(order, "2 1 node WRITE * Some+Other");
    points.at(Point.WRITE, "B", "Some+Other");
    assertEquals(List.of("worker", "node"), killed);
    assertEquals(
        List.of(
            "1 TELL A.x this",
            "2 TELL A this",
            "3 TAKE A.x this",
            "4 TELL A.x that",
            "5 TELL B.x this",
            "1 WRITE B Some+Other"),
        Files.readAllLines(file));
  }

  @Test
  void anotherOrderOfTheSame_countsAnew() throws Exception {
    List<String> killed = new ArrayList<>();
    Path order = directory.resolve("points" + KillPoints.ORDER);
    KillPoints points =
        new KillPoints(
            directory.resolve("points"), () -> killed.add("node"), () -> killed.add("worker"));
    Files.writeString(order, "1 2 node TELL * this");
    points.at(Point.TELL, "A", "this");
    Files.writeString(order, "2 2 node TELL * this");
    points.at(Point.TELL, "A", "this");
    assertEquals(List.of(), killed);
    points.at(Point.TELL, "A", "this");
    assertEquals(List.of("node"), killed);
  }
}
