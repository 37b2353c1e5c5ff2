package io.mainstay.actors.model.fallback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.model.ImageSignature;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelDescriptor.Component;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.model.Substitution;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComponentFitTest {
  private static final String ENCODER = "input_ids int64 [?, 12] -> last_hidden_state float32 [?]";
  private static final String UNET = "encoder_hidden_states float32 [?, 12, 64] -> out_sample";
  private static final String DECODER = "latent_sample float32 [?, 4, ?, ?] -> sample float32";

  private static ModelDescriptor model(
      String id, String encoder, String unet, String decoder, double scaling) {
    return new ModelDescriptor(
        id,
        "1",
        "text-to-image",
        List.of(
            component(id, "text_encoder", encoder, 10),
            component(id, "unet", unet, 20),
            component(id, "vae_decoder", decoder, id.equals("donor") ? 35 : 30)),
        null,
        100,
        true,
        new ImageSignature(
            64, 64, 128, 128, 8, 30, 1000, 5, 8, 4, 4, scaling, 12, Path.of("/t"), Path.of("/s")),
        id.equals("donor") ? "MIT" : "Apache-2.0",
        "/models/" + id,
        ModelTraits.none());
  }

  private static Component component(String id, String name, String ports, long bytes) {
    return new Component(name, Path.of("/models", id, name), "ab".repeat(32), bytes, 14, ports, "");
  }

  private final ModelDescriptor donor = model("donor", ENCODER, UNET, DECODER, 0.5);

  @Test
  void problem_whenTheGraphCanBeRead_asksForTheSameInputsAndOutputs() {
    ModelDescriptor same = model("base", "other", "another", DECODER, 0.5);
    assertEquals("", ComponentFit.problem(same, "vae_decoder", donor));

    ModelDescriptor wider = model("base", ENCODER, UNET, DECODER.replace("4", "16"), 0.5);
    String problem = ComponentFit.problem(wider, "vae_decoder", donor);
    assertTrue(problem.contains("[?, 4, ?, ?]") && problem.contains("[?, 16, ?, ?]"), problem);
  }

  @Test
  void problem_whenTheGraphCannotBeRead_asksForTheSameLatents() {
    assertEquals("", ComponentFit.problem(model("base", "x", "y", "", 0.5), "vae_decoder", donor));
    assertTrue(
        ComponentFit.problem(model("base", ENCODER, UNET, "", 0.25), "vae_decoder", donor)
            .contains("scaling 0.5 instead of 4, 4 px, 0.25"));
  }

  @Test
  void problem_whenAnEncoderCannotBeRead_asksForTheSameEncodingInTheUnet() {
    assertEquals(
        "", ComponentFit.problem(model("base", "", UNET, "x", 0.5), "text_encoder", donor));
    assertTrue(
        ComponentFit.problem(
                model("base", "", UNET.replace("64", "32"), "x", 0.5), "text_encoder", donor)
            .contains("[?, 12, 64]"));
  }

  @Test
  void problem_whenThereIsNoSuchComponent_orTheKindIsAnother() {
    ModelDescriptor base = model("base", ENCODER, UNET, DECODER, 0.5);
    assertEquals("it has no component tail", ComponentFit.problem(base, "tail", donor));
  }

  @Test
  void substituted_saysSoInIdVersionHashAndLicence_andAsksForRoomForIt() {
    ModelDescriptor base = model("base", ENCODER, UNET, "", 0.5);

    ModelDescriptor mixed = ComponentFit.substituted(base, "vae_decoder", donor);

    assertEquals("base+vae_decoder:donor", mixed.id());
    assertEquals(
        Optional.of(new Substitution("base", "vae_decoder", "donor")), Substitution.of(mixed.id()));
    assertEquals("1+vae_decoder:1", mixed.version());
    assertEquals(105, mixed.memoryBytes());
    assertEquals("Apache-2.0 AND MIT", mixed.licence());
    assertEquals(
        List.of("", "", "donor"), mixed.components().stream().map(Component::from).toList());
    assertEquals(donor.components().get(2).path(), mixed.components().get(2).path());
    assertNotEquals(base.id(), mixed.id());
    assertEquals(Optional.empty(), Substitution.of("base"));
    assertEquals(Optional.empty(), Substitution.of("base+vae_decoder"));
  }
}
