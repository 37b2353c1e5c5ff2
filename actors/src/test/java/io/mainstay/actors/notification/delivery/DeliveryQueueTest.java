package io.mainstay.actors.notification.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.recovery.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DeliveryQueueTest {
  private static DeliverySettings limits(int rate, int queue, int attempts) {
    return new DeliverySettings(
        rate,
        Duration.ofSeconds(10),
        50,
        queue,
        attempts,
        Duration.ofMillis(100),
        Duration.ofMillis(350),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1));
  }

  private static Parcel parcel(String id, Severity severity) {
    return new Parcel(id, 0, "k", severity, "s", "t", "x", "", Instant.EPOCH, "e", false);
  }

  private static Parcel medium(String id) {
    return parcel(id, Severity.MEDIUM);
  }

  private static DeliveryQueue.Send send(DeliveryQueue queue, long now) {
    return assertInstanceOf(DeliveryQueue.Send.class, queue.next(now));
  }

  private static List<String> ids(DeliveryQueue.Send send) {
    return send.parcels().stream().map(Parcel::notificationId).toList();
  }

  @Test
  void one_isSentAlone_andNothingElseMeanwhile() {
    DeliveryQueue queue = DeliveryQueue.empty(limits(10, 10, 3));
    assertInstanceOf(DeliveryQueue.Idle.class, queue.next(0));
    queue = queue.offer(medium("a")).after().offer(medium("b")).after();
    DeliveryQueue.Send first = send(queue, 0);
    assertEquals(List.of("a"), ids(first));
    assertInstanceOf(DeliveryQueue.Idle.class, first.after().next(0));
    assertEquals(List.of("b"), ids(send(first.after().taken(1), 1)));
  }

  @Test
  void whatIsCritical_overtakes() {
    DeliveryQueue queue = DeliveryQueue.empty(limits(10, 10, 3));
    queue = queue.offer(medium("a")).after().offer(parcel("c", Severity.CRITICAL)).after();
    assertEquals(List.of("c"), ids(send(queue, 0)));
  }

  @Test
  void failures_backOffUpToTheMost_thenAbandon_andTheNextBeginsAfresh() {
    DeliveryQueue queue =
        DeliveryQueue.empty(limits(10, 10, 4))
            .offer(medium("a"))
            .after()
            .offer(medium("b"))
            .after();
    long now = 0;
    for (long wait : List.of(100L, 200L, 350L)) {
      DeliveryQueue.Failure failure = send(queue, now).after().failed(now, 0);
      assertEquals(List.of(), failure.abandoned());
      queue = failure.after();
      assertEquals(new DeliveryQueue.Wait(wait), queue.next(now));
      now += wait;
    }
    DeliveryQueue.Failure last = send(queue, now).after().failed(now, 0);
    assertEquals(List.of(medium("a")), last.abandoned());
    assertEquals(0, last.after().attempts());
    assertEquals(List.of("b"), ids(send(last.after(), now)));
  }

  @Test
  void whatIsRejected_isAbandonedAtOnce() {
    DeliveryQueue queue = DeliveryQueue.empty(limits(10, 10, 4)).offer(medium("a")).after();
    assertEquals(List.of(medium("a")), send(queue, 0).after().rejected().abandoned());
  }

  @Test
  void whatWaitsIsUnderWayOrDelivered_isNotTakenTwice_butAnotherLevelIs() {
    DeliveryQueue queue = DeliveryQueue.empty(limits(10, 10, 4)).offer(medium("a")).after();
    assertEquals(1, queue.offer(medium("a")).after().size());
    DeliveryQueue sending = send(queue, 0).after();
    assertEquals(1, sending.offer(medium("a")).after().size());
    DeliveryQueue taken = sending.taken(0);
    assertTrue(taken.offer(medium("a")).delivered());
    assertEquals(0, taken.offer(medium("a")).after().size());
    Parcel reminder =
        new Parcel("a", 1, "k", Severity.MEDIUM, "s", "t", "x", "", Instant.EPOCH, "e", false);
    assertFalse(taken.offer(reminder).delivered());
    assertEquals(1, taken.offer(reminder).after().size());
  }

  @Test
  void overflow_abandonsTheOldestThatIsNotCritical() {
    DeliveryQueue queue = DeliveryQueue.empty(limits(10, 3, 4));
    queue = queue.offer(parcel("c", Severity.CRITICAL)).after();
    queue = queue.offer(medium("a")).after().offer(medium("b")).after();
    DeliveryQueue.Offered over = queue.offer(medium("d"));
    assertEquals(List.of(medium("a")), over.abandoned());
    assertEquals(3, over.after().size());
  }

  @Test
  void storm_becomesADigest_andTheLastMessageIsKeptForWhatIsCritical() {
    DeliveryQueue queue = DeliveryQueue.empty(limits(4, 100, 4));
    for (int i = 0; i < 20; i++) {
      queue = queue.offer(medium("m" + i)).after();
    }
    for (int i = 0; i < 2; i++) {
      DeliveryQueue.Send single = send(queue, 0);
      assertEquals(1, single.parcels().size());
      queue = single.after().taken(0);
    }
    DeliveryQueue.Send digest = send(queue, 0);
    assertEquals(18, digest.parcels().size());
    queue = digest.after().taken(0);
    queue = queue.offer(medium("late")).after();
    assertEquals(new DeliveryQueue.Wait(9_500), queue.next(500));
    queue = queue.offer(parcel("c", Severity.CRITICAL)).after();
    DeliveryQueue.Send kept = send(queue, 500);
    assertEquals(List.of("c", "late"), ids(kept));
    queue = kept.after().taken(500).offer(parcel("c2", Severity.CRITICAL)).after();
    assertEquals(new DeliveryQueue.Wait(9_500), queue.next(500));
    assertEquals(List.of("c2"), ids(send(queue, 10_000)));
  }

  /** Whatever comes and fails: at most so many messages in any period, nothing lost or doubled. */
  @Property(tries = 300)
  void anything_keepsTheRate_andEachIsSettledOnce(
      @ForAll @Size(max = 120) List<@IntRange(min = 0, max = 9) Integer> steps) {
    DeliverySettings limits = limits(5, 40, 3);
    DeliveryQueue queue = DeliveryQueue.empty(limits);
    List<Long> messages = new ArrayList<>();
    List<String> settled = new ArrayList<>();
    Set<String> offered = new HashSet<>();
    long now = 0;
    int id = 0;
    for (int step : steps) {
      now += step * 90L;
      String name = "p" + id++;
      DeliveryQueue.Offered taken =
          queue.offer(parcel(name, step == 9 ? Severity.CRITICAL : Severity.LOW));
      offered.add(name);
      taken.abandoned().forEach(each -> settled.add(each.notificationId()));
      queue = taken.after();
      assertTrue(queue.size() <= 40);
      if (queue.next(now) instanceof DeliveryQueue.Send send) {
        if (step % 4 == 0) {
          DeliveryQueue.Failure failed =
              step == 8 ? send.after().rejected() : send.after().failed(now, 0);
          failed.abandoned().forEach(each -> settled.add(each.notificationId()));
          queue = failed.after();
        } else {
          queue = send.after().taken(now);
          messages.add(now);
          send.parcels().forEach(each -> settled.add(each.notificationId()));
        }
      }
    }
    // Left alone it settles everything.
    for (int i = 0; i < 10_000 && queue.size() > 0; i++) {
      DeliveryQueue.Step step = queue.next(now);
      if (step instanceof DeliveryQueue.Wait wait) {
        now += wait.millis();
      } else {
        DeliveryQueue.Send send = assertInstanceOf(DeliveryQueue.Send.class, step);
        queue = send.after().taken(now);
        messages.add(now);
        send.parcels().forEach(each -> settled.add(each.notificationId()));
      }
    }
    assertEquals(offered.size(), settled.size());
    assertEquals(offered, new HashSet<>(settled));
    for (int i = 0; i + 5 < messages.size(); i++) {
      assertTrue(messages.get(i + 5) - messages.get(i) >= 10_000, messages.toString());
    }
  }
}
