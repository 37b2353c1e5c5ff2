package io.mainstay.actors.model.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSignature;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.registry.ModelRegistry.Residence;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {
  private static final ScannedModel.Broken BROKEN =
      new ScannedModel.Broken(
          "bad",
          "1",
          "test",
          "MIT",
          "/models/bad",
          new ModelProblem(ModelFaultCode.MODEL_NOT_ONNX, "it is text", "Export it"));
  private final ModelRegistry registry =
      ModelRegistry.of(List.of(sound("good", "/models/good"), BROKEN));

  @Test
  void descriptor_whenUnknown_namesTheKnownOnes() {
    Refusal refusal = assertThrows(Refusal.class, () -> registry.descriptor("other"));

    assertEquals("model_unknown", refusal.code());
    assertEquals("there is no model 'other'; known: good, bad", refusal.getMessage());
  }

  @Test
  void descriptor_whenBroken_saysWhatIsBroken() {
    Refusal refusal = assertThrows(Refusal.class, () -> registry.descriptor("bad"));

    assertEquals("model_not_onnx", refusal.code());
    assertEquals("it is text", refusal.getMessage());
    assertEquals("Export it", refusal.remedy());
  }

  @Test
  void views_sayWhereEachModelIs() {
    List<ModelView> views =
        registry.views(id -> id.equals("good") ? residence("cpu-0") : Residence.NOWHERE);

    assertEquals(List.of("good", "bad"), views.stream().map(ModelView::id).toList());
    assertEquals(List.of("loaded", "broken"), views.stream().map(ModelView::state).toList());
    assertEquals(List.of("cpu-0"), views.get(0).devices());
    assertEquals("model_not_onnx: it is text. Export it", views.get(1).problem());
    assertEquals("loading", residence().state());
    assertEquals("available", Residence.NOWHERE.state());
  }

  @Test
  void of_whenAnIdIsTaken_keepsTheFirstAndListsTheOther() {
    ModelRegistry twice =
        ModelRegistry.of(List.of(sound("good", "/models/a"), sound("good", "classpath:b")));

    assertEquals("/models/a", twice.descriptor("good").origin());
    ModelView second = twice.views(id -> Residence.NOWHERE).get(1);
    assertEquals("broken", second.state());
    assertTrue(second.problem().startsWith("model_id_taken: the id good is already taken by"));
  }

  @Test
  void keeping_whenAModelInUseWasNotFoundAgain_keepsIt() {
    ModelRegistry after = ModelRegistry.of(List.of()).keeping(registry, "good"::equals);

    assertEquals("/models/good", after.descriptor("good").origin());
    assertEquals(1, after.models().size());
  }

  @Test
  void broken_afterALoadFoundIt_isRefusedFromThenOn() {
    ModelRegistry after =
        registry.broken(
            registry.descriptor("good"),
            new ModelProblem(ModelFaultCode.MODEL_CHECKSUM_MISMATCH, "it changed", "Copy it"));

    assertEquals(
        "model_checksum_mismatch",
        assertThrows(Refusal.class, () -> after.descriptor("good")).code());
  }

  private static Residence residence(String... devices) {
    return new Residence(true, List.of(devices), List.of(), 0, 0, List.of());
  }

  private static ScannedModel.Sound sound(String id, String origin) {
    return new ScannedModel.Sound(
        new ModelDescriptor(
            id,
            "1",
            "test",
            List.of(
                new ModelDescriptor.Component("model", Path.of("/m.onnx"), "a".repeat(64), 10, 13)),
            null,
            1000,
            true,
            new ModelSignature.Untyped(),
            "MIT",
            origin,
            ModelTraits.none()));
  }
}
