package io.mainstay.actors.recovery.action.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.device.CachedCopy;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.CachedModel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CacheLookTest {
  private static final List<ModelFacts.RegisteredFile> FILES =
      List.of(
          new ModelFacts.RegisteredFile("one", "/one/a", 1, "aa"),
          new ModelFacts.RegisteredFile("two", "/two/b", 1, "bb"),
          new ModelFacts.RegisteredFile("two", "/two/c", 1, "cc"));

  @Test
  void damagedCopy_leadsToTheModelWhoseFileItWasMadeOf() {
    CacheLook look = look("", copy("aa-cpu", ""), copy("cc-cpu", "spoiled"));
    assertEquals(Set.of("two"), look.modelsOfDamagedCopies());
    assertEquals(
        List.of(new CacheLook.Lacking("two", "cpu-0")), look.lacking(look.modelsOfDamagedCopies()));
  }

  @Test
  void modelThatTheFaultNames_lacksACopyWhenOneOfItsPartsHasNone() {
    assertEquals(
        List.of(new CacheLook.Lacking("two", "cpu-0")),
        look("two", copy("bb-cpu", "")).lacking(Set.of()));
    assertEquals(List.of(), look("two", copy("bb-cpu", ""), copy("cc-cpu", "")).lacking(Set.of()));
    assertEquals(List.of(), look("", copy("bb-cpu", "")).lacking(Set.of()), "nobody suspects it");
  }

  @Test
  void copyOfAFileThatNoModelHas_isAnOrphan_unlessSomeFilesAreNotKnown() {
    assertEquals(Set.of("zz-cpu"), look("", copy("aa-cpu", ""), copy("zz-cpu", "")).orphans());
    CacheLook broken =
        new CacheLook(
            Optional.empty(),
            List.of(),
            List.of(copy("zz-cpu", ""), copy("yy-cpu", "it has no sum")),
            FILES,
            List.of(view("half", "broken", List.of())));
    assertEquals(Set.of("yy-cpu"), broken.orphans());
    assertTrue(broken.text().contains("damaged: 0 models, 1 copies"), broken.text());
  }

  @Test
  void damages_areModelsThenCopiesThenWhereOneIsLacking_andAboutThatAndTheNamedModel() {
    CachedModel bad = new CachedModel("three", true, 1, 5, List.of("three.onnx"), "");
    CacheLook sound = look("one", copy("aa-cpu", ""));
    CacheLook found =
        new CacheLook(
            sound.named(),
            List.of(bad),
            List.of(copy("aa-cpu", ""), copy("cc-cpu", "spoiled")),
            FILES,
            sound.views());
    assertEquals(
        List.of(
            "three: damaged three.onnx",
            "copy cc-cpu: spoiled",
            "two on cpu-0 has no optimized copy"),
        found.damages());
    assertEquals(Set.of("one", "two", "three"), found.about());
    assertEquals(List.of(), sound.damages());
    assertEquals(Set.of("one"), sound.about());
  }

  private static CacheLook look(String named, CachedCopy... copies) {
    return new CacheLook(
        Optional.of(named).filter(id -> !id.isEmpty()),
        List.of(),
        List.of(copies),
        FILES,
        List.of(view("one", "loaded", List.of("cpu-0")), view("two", "loaded", List.of("cpu-0"))));
  }

  private static CachedCopy copy(String key, String problem) {
    return new CachedCopy(key, "/cache/" + key, "sum", 1, problem);
  }

  private static ModelView view(String id, String state, List<String> devices) {
    return new ModelView(
        id, "1", "test", state, devices, 1, 1, true, "", "", "", "", List.of(), 0, 0, List.of());
  }
}
