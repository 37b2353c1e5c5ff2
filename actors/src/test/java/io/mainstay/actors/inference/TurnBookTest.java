package io.mainstay.actors.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.session.WorkClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TurnBookTest {
  private static final List<TurnBook.Offer> ONE =
      List.of(new TurnBook.Offer("cpu-0", 1, List.of("m"), "cpu"));

  private static TurnBook.Decision decide(TurnBook book) {
    return book.decide(ONE, 2, 0);
  }

  private static List<String> ids(TurnBook.Decision decision) {
    return decision.grants().stream().map(TurnBook.Grant::turnId).toList();
  }

  @Test
  void decide_givesByClassThenInOrder() {
    TurnBook book =
        TurnBook.empty()
            .request("b", "m", WorkClass.BATCH, false, "")
            .request("s", "m", WorkClass.STANDARD, false, "")
            .request("i", "m", WorkClass.INTERACTIVE, false, "");
    TurnBook.Decision first = decide(book);
    assertEquals(List.of("i", "s"), ids(first));
    assertEquals(List.of(), ids(decide(first.next())));
    assertEquals(List.of("b"), ids(decide(first.next().remove("s"))));
  }

  private static TurnBook.Rest rest(String by) {
    return new TurnBook.Rest(by, "s1", "cpu-0");
  }

  @Test
  void sessionThatRestsOnADevice_getsNoTurnThere_andTakesNobodysPlace() {
    TurnBook full =
        decide(
                TurnBook.empty()
                    .request("s1/a", "m", WorkClass.BATCH, false, "")
                    .request("s1/b", "m", WorkClass.BATCH, false, ""))
            .next()
            .request("s1/c", "m", WorkClass.BATCH, false, "")
            .request("s2/d", "m", WorkClass.BATCH, false, "");
    assertEquals(List.of(), ids(decide(full)));
    TurnBook.Decision rests = decide(full.holdBack(rest("one")));
    assertEquals(List.of("s2/d"), ids(rests));
    TurnBook.Offer other = new TurnBook.Offer("cpu-1", 2, List.of("m"), "cpu");
    assertEquals(List.of("s1/c"), ids(rests.next().decide(List.of(ONE.get(0), other), 2, 0)));
    // Two need it: it rests until neither does.
    TurnBook both = rests.next().holdBack(rest("other"));
    assertEquals(List.of(), ids(decide(both.letGo(rest("one")).remove("s1/a").remove("s1/b"))));
    TurnBook again = both.letGo(rest("one")).letGo(rest("other"));
    assertEquals(List.of(), ids(decide(again)));
    assertEquals(List.of("s1/c"), ids(decide(again.remove("s1/a").remove("s1/b"))));
  }

  @Test
  void yields_onlyAfterAUse_andToAHigherClassThatItsDeviceCanServe() {
    List<String> models = List.of("m");
    TurnBook fresh = decide(TurnBook.empty().request("b", "m", WorkClass.BATCH, false, "")).next();
    TurnBook used = fresh.use("b").ended("b", 1, true, 0);
    assertFalse(used.yields("b", models), "nobody waits");
    assertFalse(used.request("c", "m", WorkClass.BATCH, false, "").yields("b", models));
    assertFalse(used.request("i", "far", WorkClass.INTERACTIVE, false, "").yields("b", models));
    assertTrue(used.request("i", "m", WorkClass.INTERACTIVE, false, "").yields("b", models));
    assertFalse(fresh.request("i", "m", WorkClass.INTERACTIVE, false, "").yields("b", models));
  }

  private static TurnBook halfDone(String... held) {
    TurnBook book = TurnBook.empty();
    for (String each : held) {
      book = book.request(each, "m", WorkClass.INTERACTIVE, false, "cpu-0");
    }
    return decide(book).next().request("b", "m", WorkClass.BATCH, false, "cpu-0");
  }

  private static String device(TurnBook book, TurnBook.Offer... offers) {
    return book.decide(List.of(offers), 2, 0).grants().stream()
        .filter(grant -> grant.turnId().equals("b"))
        .map(TurnBook.Grant::deviceId)
        .findFirst()
        .orElse("");
  }

  @Test
  void decide_leavesHalfDoneWorkOnItsDevice_orOneOfTheSameBackend_whileItsOwnServes() {
    TurnBook.Offer own = new TurnBook.Offer("cpu-0", 1, List.of("m"), "cpu");
    TurnBook.Offer without = new TurnBook.Offer("cpu-0", 1, List.of(), "cpu");
    TurnBook.Offer like = new TurnBook.Offer("cpu-1", 1, List.of("m"), "cpu");
    TurnBook.Offer other = new TurnBook.Offer("gpu-0", 1, List.of("m"), "cuda");
    assertEquals("cpu-0", device(halfDone("x"), other, own), "though another has more room");
    assertEquals("cpu-1", device(halfDone("x", "y"), other, own, like));
    assertEquals("", device(halfDone("x", "y"), other, own), "it waits for its own");
    assertEquals("gpu-0", device(halfDone(), other, without), "its own has unloaded the model");
    assertEquals("gpu-0", device(halfDone(), other), "its own is gone");
  }

  @Test
  void decide_passesOverWhomNoDeviceCanServe() {
    TurnBook book =
        TurnBook.empty()
            .request("other", "not-loaded", WorkClass.INTERACTIVE, false, "")
            .request("mine", "m", WorkClass.BATCH, false, "");
    assertEquals(List.of("mine"), ids(decide(book)));
  }

  @Test
  void decide_aloneTakesAWholeDevice_whichIsKeptForItMeanwhile() {
    TurnBook busy =
        decide(TurnBook.empty().request("first", "m", WorkClass.STANDARD, false, "")).next();
    TurnBook waiting =
        busy.request("suspect", "m", WorkClass.STANDARD, true, "")
            .request("later", "m", WorkClass.STANDARD, false, "");
    assertEquals(List.of(), ids(decide(waiting)), "the one device is kept for the suspect");
    TurnBook.Decision free = decide(waiting.remove("first"));
    assertEquals(List.of("suspect"), ids(free), "and nothing joins it");
    assertEquals(List.of("later"), ids(decide(free.next().remove("suspect"))));
  }

  @Test
  void decide_prefersTheDeviceWithMoreRoom() {
    List<TurnBook.Offer> two =
        List.of(
            new TurnBook.Offer("a", 1, List.of("m"), "cpu"),
            new TurnBook.Offer("b", 1, List.of("m"), "cpu"));
    TurnBook book = TurnBook.empty();
    for (int i = 0; i < 4; i++) {
      book = book.request("t" + i, "m", WorkClass.STANDARD, false, "");
    }
    assertEquals(
        List.of("a", "b", "a", "b"),
        book.decide(two, 2, 0).grants().stream().map(TurnBook.Grant::deviceId).toList());
  }

  @Test
  void epochLost_voidsGrantedTurns_usedOnesEndByThemselves() {
    TurnBook book =
        decide(
                TurnBook.empty()
                    .request("granted", "m", WorkClass.STANDARD, false, "")
                    .request("used", "m", WorkClass.STANDARD, false, ""))
            .next()
            .use("used")
            .epochLost("cpu-0", 1);
    assertNull(book.grantOf("granted"));
    assertTrue(book.used("used"));
    assertEquals(1, book.onDevice("cpu-0"));
  }

  @Test
  void idle_namesGrantedTurnsPastTheirLease() {
    TurnBook book =
        decide(TurnBook.empty().request("a", "m", WorkClass.STANDARD, false, "")).next();
    assertEquals(List.of(), book.idle(10, 10));
    assertEquals(List.of("a"), book.idle(11, 10));
    assertEquals(List.of(), book.use("a").idle(11, 10));
  }

  @Test
  void ended_ofAnEarlierUse_leavesTheLaterOneAlone() {
    TurnBook book =
        decide(TurnBook.empty().request("a", "m", WorkClass.STANDARD, false, "")).next();
    TurnBook twice = book.use("a").use("a");
    assertTrue(twice.ended("a", 1, false, 5).used("a"), "the second call is at the worker");
    assertEquals(List.of("a"), twice.ended("a", 2, true, 5).idle(20, 10));
    assertFalse(twice.ended("a", 2, false, 5).knows("a"));
  }

  @Test
  void release_whileACallRuns_keepsItsPlaceUntilTheCallHasEnded() {
    TurnBook leaving =
        decide(TurnBook.empty().request("a", "m", WorkClass.STANDARD, false, ""))
            .next()
            .use("a")
            .release("a");
    assertEquals(1, leaving.onDevice("cpu-0"));
    assertEquals(0, leaving.use("a").usesOf("a"), "nobody may use it");
    assertEquals(0, leaving.ended("a", 1, true, 5).onDevice("cpu-0"));
  }

  @Property(tries = 300)
  void anyHistory_neverExceedsTheWindow_norLosesOrRepeatsATurn(@ForAll long seed) {
    Random random = new Random(seed);
    int window = 1 + random.nextInt(3);
    TurnBook book = TurnBook.empty();
    List<String> waiting = new ArrayList<>();
    Map<String, String> granted = new HashMap<>();
    for (int step = 0; step < 60; step++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          String id = "t" + step;
          book = book.request(id, "m", WorkClass.values()[random.nextInt(3)], false, "");
          waiting.add(id);
        }
        case 2 -> {
          if (!granted.isEmpty()) {
            String id = granted.keySet().iterator().next();
            book = book.use(id).remove(id);
            granted.remove(id);
          }
        }
        default -> {
          List<TurnBook.Offer> offers = new ArrayList<>();
          for (int device = 0; device < random.nextInt(3); device++) {
            offers.add(new TurnBook.Offer("d" + device, 1, List.of("m"), "cpu"));
          }
          TurnBook.Decision decision = book.decide(offers, window, step);
          book = decision.next();
          for (TurnBook.Grant grant : decision.grants()) {
            assertTrue(waiting.remove(grant.turnId()), "given twice: " + grant);
            assertFalse(granted.containsKey(grant.turnId()));
            granted.put(grant.turnId(), grant.deviceId());
          }
        }
      }
      for (int device = 0; device < 3; device++) {
        assertTrue(book.onDevice("d" + device) <= window);
      }
      assertEquals(waiting.size(), book.waiting().size());
      TurnBook now = book;
      granted.keySet().forEach(id -> assertTrue(now.knows(id)));
    }
  }
}
