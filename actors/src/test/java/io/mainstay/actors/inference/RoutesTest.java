package io.mainstay.actors.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSignature;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.model.UpscaleSignature;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.state.CrossDomainCoordination;
import io.mainstay.protocol.state.DeviceRoutingUpdate.RoutingTable;
import io.mainstay.protocol.state.StatePriority;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where work is said to go, and what sessions are said to need. */
class RoutesTest {
  private static final Map<String, ModelDescriptor> MODELS =
      Map.of(
          "text", model("text", new ModelSignature.Untyped(), 7),
          "larger", model("larger", new UpscaleSignature(List.of(2)), 0));

  private static ModelDescriptor model(String id, ModelSignature signature, long bytes) {
    return new ModelDescriptor(
        id,
        "1",
        "any",
        List.of(new ModelDescriptor.Component("net", Path.of("/net"), "ab", 1, 13)),
        null,
        bytes,
        false,
        signature,
        "MIT",
        "test",
        ModelTraits.none());
  }

  private static DeviceSeat seat(String id, DeviceSeat.Standing standing, String... models) {
    return new DeviceSeat(id, standing, 1, null, Set.of(models), false, false);
  }

  private static Routes routes(DeviceSeat... seats) {
    return Routes.of(List.of(seats), MODELS);
  }

  @Test
  void devicesThatTakeWork_areNamedInTheirOrder() {
    assertEquals(new RoutingTable("", "", ""), Routes.NONE.table());
    assertEquals(
        new RoutingTable("cpu-0", "cpu-1", "cpu-0"),
        routes(
                seat("cpu-1", DeviceSeat.Standing.UP),
                seat("cpu-0", DeviceSeat.Standing.UP, "text"),
                seat("cpu-2", DeviceSeat.Standing.FAILED))
            .table());
    assertEquals(
        new RoutingTable("cpu-1", "", "cpu-1"),
        routes(
                seat("cpu-0", DeviceSeat.Standing.SUSPECTED, "larger"),
                seat("cpu-1", DeviceSeat.Standing.UP))
            .table());
  }

  @Test
  void postprocessing_goesWhereItsModelIs() {
    assertEquals(
        "cpu-1",
        routes(
                seat("cpu-0", DeviceSeat.Standing.UP, "text", "unknown"),
                seat("cpu-1", DeviceSeat.Standing.UP, "larger"))
            .table()
            .postprocessing());
  }

  @Test
  void onlyALostDevice_isUrgent() {
    Routes one = routes(seat("cpu-0", DeviceSeat.Standing.UP));
    Routes two =
        routes(seat("cpu-0", DeviceSeat.Standing.UP), seat("cpu-1", DeviceSeat.Standing.UP));
    assertFalse(two.lost(one));
    assertFalse(one.lost(one));
    assertTrue(one.lost(two));
    DeviceSeat reserved =
        new DeviceSeat("cpu-0", DeviceSeat.Standing.UP, 1, null, Set.of(), true, false);
    assertTrue(routes(reserved).lost(one));
  }

  @Test
  void sessionsThatWaitForAModel_needIt_eachOnceAndWithItsHighestClass() {
    List<TurnBook.Waiting> waiting =
        List.of(
            new TurnBook.Waiting("s1/1/0", "text", WorkClass.BATCH, false, "", 1),
            new TurnBook.Waiting("s1/1/1", "text", WorkClass.INTERACTIVE, false, "", 2),
            new TurnBook.Waiting("s2/1/0", "text", WorkClass.STANDARD, false, "", 3),
            new TurnBook.Waiting("bench", "text", WorkClass.STANDARD, false, "", 4));
    assertEquals(
        List.of(
            needs("s1", StatePriority.HIGH, OptionalLong.of(7)),
            needs("s2", StatePriority.NORMAL, OptionalLong.of(7))),
        LoadCoordination.needed(MODELS.get("text"), waiting));
    assertEquals(List.of(), LoadCoordination.needed(MODELS.get("larger"), List.of()));
  }

  private static CrossDomainCoordination needs(
      String session, StatePriority priority, OptionalLong bytes) {
    return new CrossDomainCoordination(
        session,
        new CrossDomainCoordination.CoordinationRequest(Optional.of("text"), bytes, priority),
        List.of("net"));
  }
}
