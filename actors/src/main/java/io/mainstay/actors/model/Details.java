package io.mainstay.actors.model;

import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.load.LoadDesk;
import io.mainstay.actors.model.load.LoadStage;
import io.mainstay.actors.model.load.Residences;
import io.mainstay.actors.model.registry.ModelRegistry;
import io.mainstay.actors.model.registry.ModelRegistry.Residence;
import io.mainstay.actors.model.registry.ScannedModel;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.model.report.ModelDetail.ComponentView;
import io.mainstay.actors.model.report.ModelDetail.ResidenceView;
import io.mainstay.actors.model.report.ModelDetail.VersionView;
import io.mainstay.actors.model.use.ModelUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts together what users are told of one model. */
final class Details {
  private Details() {}

  /** Where a model is, for its line in the list. */
  static Residence residence(
      String id, LoadDesk loads, ModelUse use, long readAheadBytes, List<String> warnings) {
    Residences residences = loads.residences();
    return new Residence(
        residences.isComing(id),
        residences.devices(id),
        residences.spots(id).stream()
            .map(spot -> loads.stage(new Residences.Key(id, spot.deviceId())))
            .flatMap(Optional::stream)
            .map(LoadStage::text)
            .toList(),
        use.count(id),
        readAheadBytes,
        warnings);
  }

  static ModelDetail of(
      ScannedModel scanned,
      Residence residence,
      LoadDesk loads,
      ModelUse use,
      Versions versions,
      List<String> dependents,
      Alternatives alternatives) {
    String id = scanned.id();
    List<ResidenceView> residences =
        loads.residences().spots(id).stream().map(spot -> view(id, spot, loads)).toList();
    Optional<ModelDescriptor> sound =
        scanned instanceof ScannedModel.Sound found
            ? Optional.of(found.descriptor())
            : Optional.empty();
    return new ModelDetail(
        ModelRegistry.view(scanned, residence),
        sound.map(model -> model.traits().precision()).orElse(""),
        sound.map(model -> model.traits().capabilities()).orElse(List.of()),
        sound.map(model -> components(model, residence, loads)).orElse(List.of()),
        residences,
        use.holders(id),
        dependents,
        use.lastUsed(id).orElse(null),
        sound.map(model -> versions(model, versions)).orElse(List.of()),
        alternatives);
  }

  private static ResidenceView view(String id, Residences.Spot spot, LoadDesk loads) {
    String detail =
        loads
            .stage(new Residences.Key(id, spot.deviceId()))
            .map(LoadStage::text)
            .orElse(spot.problem());
    return new ResidenceView(spot.deviceId(), spot.state(), detail);
  }

  private static List<ComponentView> components(
      ModelDescriptor model, Residence residence, LoadDesk loads) {
    int done =
        loads.residences().spots(model.id()).stream()
            .map(spot -> loads.stage(new Residences.Key(model.id(), spot.deviceId())))
            .flatMap(Optional::stream)
            .mapToInt(stage -> stage.number() - 1)
            .max()
            .orElse(-1);
    List<ComponentView> views = new ArrayList<>();
    for (int i = 0; i < model.components().size(); i++) {
      ModelDescriptor.Component part = model.components().get(i);
      boolean loaded = !residence.devices().isEmpty() || i < done;
      String resting = residence.readAheadBytes() > 0 ? "read ahead" : "stored";
      views.add(
          new ComponentView(
              part.name(),
              part.path().toString(),
              part.bytes(),
              part.sha256(),
              part.opset(),
              loaded ? "loaded" : i == done ? "loading" : resting));
    }
    return views;
  }

  private static List<VersionView> versions(ModelDescriptor serving, Versions versions) {
    List<VersionView> views = new ArrayList<>();
    views.add(new VersionView(serving.version(), serving.sha256(), "serving"));
    versions
        .of(serving.id())
        .map(ScannedModel.Sound::descriptor)
        .ifPresent(next -> views.add(new VersionView(next.version(), next.sha256(), "waiting")));
    return views;
  }
}
