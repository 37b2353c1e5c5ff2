package io.mainstay.actors.processing;

import static io.mainstay.persistence.session.WorkClass.BATCH;
import static io.mainstay.persistence.session.WorkClass.INTERACTIVE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.persistence.session.WorkClass;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeapLedgerTest {
  private HeapLedger<String> ledger = HeapLedger.of(100);

  private List<String> request(String key, WorkClass workClass, long bytes) {
    HeapLedger.Decision<String> decision = ledger.request(key, workClass, bytes);
    ledger = decision.next();
    return decision.granted();
  }

  private List<String> release(String key) {
    HeapLedger.Decision<String> decision = ledger.release(key);
    ledger = decision.next();
    return decision.granted();
  }

  @Test
  void request_isGrantedUpToTheBudget_thenWaits() {
    assertEquals(List.of("a"), request("a", BATCH, 60));
    assertEquals(List.of("b"), request("b", BATCH, 40));
    assertEquals(List.of(), request("c", BATCH, 1));
    assertEquals(100, ledger.granted());
    assertEquals(List.of("c"), release("b"));
    assertEquals(61, ledger.granted());
  }

  @Test
  void request_whenGranted_isGrantedAgainAndCountedOnce() {
    request("a", BATCH, 60);
    assertEquals(List.of("a"), request("a", BATCH, 60));
    assertEquals(60, ledger.granted());
  }

  @Test
  void request_whenLargerThanTheBudget_goesAlone_andIsNotOvertaken() {
    request("a", BATCH, 10);
    assertEquals(List.of(), request("large", BATCH, 500));
    assertEquals(List.of(), request("b", BATCH, 10));
    assertEquals(List.of("large"), release("a"));
    assertEquals(500, ledger.granted());
    assertEquals(List.of("b"), release("large"));
  }

  @Test
  void release_servesTheHighestClassFirst() {
    request("a", BATCH, 100);
    request("b", BATCH, 100);
    request("c", INTERACTIVE, 100);
    assertEquals(List.of("c"), release("a"));
    assertEquals(List.of("b"), release("c"));
  }

  @Test
  void waitsAbove_isOfHigherClassesThatWaitAlone() {
    request("a", BATCH, 100);
    request("b", BATCH, 10);
    assertFalse(ledger.waitsAbove(BATCH));
    request("c", INTERACTIVE, 10);
    assertTrue(ledger.waitsAbove(BATCH));
    assertFalse(ledger.waitsAbove(INTERACTIVE));
    release("a");
    assertFalse(ledger.waitsAbove(BATCH), "it has what it waited for");
  }

  @Test
  void release_ofOneThatWaits_letsThoseBehindItGo() {
    request("a", BATCH, 50);
    request("large", BATCH, 80);
    request("b", BATCH, 50);
    assertEquals(List.of("b"), release("large"));
    assertEquals(List.of(), release("a"));
    assertEquals(50, ledger.granted());
  }
}
