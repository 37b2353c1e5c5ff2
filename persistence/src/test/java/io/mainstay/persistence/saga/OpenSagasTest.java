package io.mainstay.persistence.saga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpenSagasTest {
  private static final Instant T0 = Instant.parse("2026-11-22T06:00:00Z");

  private final OpenSagas sagas = new OpenSagas();

  @Test
  void saga_isOpenUntilItIsCompletedOrCompensated_alsoWhenItIsStuck() {
    sagas.follow("a", SagaEvent.SagaStarted.class, T0);
    assertEquals(Map.of("a", new OpenSagas.Open(T0, false)), sagas.open());
    sagas.follow("a", SagaEvent.SagaStuck.class, T0.plusSeconds(1));
    assertTrue(sagas.open().get("a").stuck());
    sagas.follow("a", SagaEvent.SagaRedriven.class, T0.plusSeconds(2));
    assertFalse(sagas.open().get("a").stuck());
    assertEquals(T0.plusSeconds(2), sagas.open().get("a").lastAt());
    sagas.follow("a", SagaEvent.SagaCompensated.class, T0);
    sagas.follow("b", SagaEvent.SagaStarted.class, T0);
    sagas.follow("b", SagaEvent.SagaCompleted.class, T0);
    assertEquals(Map.of(), sagas.open());
  }

  @Test
  void idOf_knowsItsOwn() {
    assertEquals(Optional.of("x"), OpenSagas.idOf("Saga|x"));
    assertEquals(Optional.empty(), OpenSagas.idOf("Session|x"));
  }
}
