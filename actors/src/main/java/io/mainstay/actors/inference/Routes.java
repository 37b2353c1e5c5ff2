package io.mainstay.actors.inference;

import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.protocol.state.DeviceRoutingUpdate.RoutingTable;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where work goes as things are. Pure. A device that serves and is nobody's alone takes work; of
 * two with the same load the one with the lower id takes the next request, and a postprocessing
 * step goes where its model is.
 *
 * @param eligible devices that take work, by id
 * @param postprocessing those of them that hold a model for pictures' postprocessing
 */
record Routes(List<String> eligible, Set<String> postprocessing) {
  Routes {
    eligible = List.copyOf(eligible);
    postprocessing = Set.copyOf(postprocessing);
  }

  /** Before any device was heard of. */
  static final Routes NONE = new Routes(List.of(), Set.of());

  static Routes of(Collection<DeviceSeat> seats, Map<String, ModelDescriptor> models) {
    List<DeviceSeat> up =
        seats.stream()
            .filter(DeviceSeat::up)
            .sorted(Comparator.comparing(DeviceSeat::deviceId))
            .toList();
    return new Routes(
        up.stream().map(DeviceSeat::deviceId).toList(),
        up.stream()
            .filter(
                seat -> seat.models().stream().map(models::get).anyMatch(Routes::isPostprocessing))
            .map(DeviceSeat::deviceId)
            .collect(Collectors.toSet()));
  }

  /** As the protocol names it; an empty name where no device does that. */
  RoutingTable table() {
    return new RoutingTable(
        nth(0),
        nth(1),
        Stream.concat(eligible.stream().filter(postprocessing::contains), eligible.stream())
            .findFirst()
            .orElse(""));
  }

  /** Whether a device takes no work now that did before: nothing may wait behind that. */
  boolean lost(Routes before) {
    return !eligible.containsAll(before.eligible);
  }

  private String nth(int index) {
    return eligible.size() > index ? eligible.get(index) : "";
  }

  private static boolean isPostprocessing(ModelDescriptor model) {
    return model != null && (model.upscale() != null || model.safety() != null);
  }
}
