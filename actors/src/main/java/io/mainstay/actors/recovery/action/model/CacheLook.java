package io.mainstay.actors.recovery.action.model;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.device.CachedCopy;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.CachedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a look at everything that is kept of models found. Immutable.
 *
 * @param named the model that the fault is about, if it names one
 * @param models whose files were read anew
 * @param copies optimized ones, read anew
 * @param files of sound models
 * @param views of all models
 */
record CacheLook(
    Optional<String> named,
    List<CachedModel> models,
    List<CachedCopy> copies,
    List<ModelFacts.RegisteredFile> files,
    List<ModelView> views) {

  /** A model on a device whose optimized copy is to be written again. */
  record Lacking(String modelId, String deviceId) {}

  CacheLook {
    models = List.copyOf(models);
    copies = List.copyOf(copies);
    files = List.copyOf(files);
    views = List.copyOf(views);
  }

  List<CachedModel> damagedModels() {
    return models.stream().filter(CachedModel::isDamaged).toList();
  }

  List<CachedCopy> damagedCopies() {
    return copies.stream().filter(copy -> !copy.isSound()).toList();
  }

  /** Sound models of which a copy is damaged. */
  Set<String> modelsOfDamagedCopies() {
    Set<String> found = new TreeSet<>();
    for (CachedCopy copy : damagedCopies()) {
      files.stream()
          .filter(file -> file.sha256().equals(copy.original()))
          .forEach(file -> found.add(file.modelId()));
    }
    return found;
  }

  /** Whether every part of that model has a sound copy. */
  boolean hasCopies(String modelId) {
    return files.stream()
        .filter(file -> file.modelId().equals(modelId))
        .allMatch(
            file ->
                copies.stream()
                    .anyMatch(copy -> copy.isSound() && copy.original().equals(file.sha256())));
  }

  /** Where the named model, or one of those, is loaded and lacks a copy. */
  List<Lacking> lacking(Set<String> suspected) {
    List<Lacking> found = new ArrayList<>();
    for (ModelView view : views) {
      boolean asked = suspected.contains(view.id()) || named.filter(view.id()::equals).isPresent();
      if (asked && !hasCopies(view.id())) {
        view.devices().forEach(device -> found.add(new Lacking(view.id(), device)));
      }
    }
    return found;
  }

  /** The named model, and those that something is wrong with. */
  Set<String> about() {
    Set<String> about = new TreeSet<>(modelsOfDamagedCopies());
    named.ifPresent(about::add);
    damagedModels().forEach(model -> about.add(model.modelId()));
    return about;
  }

  /** What is wrong, for people: models, copies, and where a copy is lacking. */
  List<String> damages() {
    List<String> bad = new ArrayList<>();
    damagedModels().forEach(model -> bad.add(model.text()));
    damagedCopies().forEach(copy -> bad.add("copy " + copy.key() + ": " + copy.problem()));
    lacking(modelsOfDamagedCopies())
        .forEach(
            lacking ->
                bad.add(
                    "%s on %s has no optimized copy"
                        .formatted(lacking.modelId(), lacking.deviceId())));
    return bad;
  }

  /** Copies of files that no model has; none while some model's files are not known. */
  Set<String> orphans() {
    boolean allKnown = views.stream().noneMatch(view -> view.state().equals("broken"));
    Set<String> orphans = new TreeSet<>();
    for (CachedCopy copy : copies) {
      boolean known = files.stream().anyMatch(file -> file.sha256().equals(copy.original()));
      if (!copy.isSound() || allKnown && !known) {
        orphans.add(copy.key());
      }
    }
    return orphans;
  }

  /** One line for people. */
  String text() {
    int read = models.stream().mapToInt(CachedModel::files).sum();
    long bytes =
        models.stream().mapToLong(CachedModel::bytes).sum()
            + copies.stream().mapToLong(CachedCopy::bytes).sum();
    return "%d models, %d files and %d optimized copies, %d bytes read; damaged: %d models, %d copies"
        .formatted(
            models.size(),
            read,
            copies.size(),
            bytes,
            damagedModels().size(),
            damagedCopies().size());
  }
}
