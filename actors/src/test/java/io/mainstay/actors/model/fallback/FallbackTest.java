package io.mainstay.actors.model.fallback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.model.Fallback;
import io.mainstay.actors.model.Fallback.Relation;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelDescriptor.Component;
import io.mainstay.actors.model.ModelSignature;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.model.SafetySignature;
import io.mainstay.actors.model.Substitution;
import io.mainstay.actors.model.UpscaleSignature;
import io.mainstay.actors.model.fallback.Alternatives.Candidate;
import io.mainstay.actors.model.registry.ModelProblem;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FallbackTest {
  private static final String PART = "vae_decoder";

  private final Map<String, ModelDescriptor> sound = new LinkedHashMap<>();

  @Test
  void of_whenAllRelationsAreNamed_ordersThemAsTheCatalogDoes() {
    ModelDescriptor base =
        model(
            "base",
            List.of("text-to-image"),
            new Fallback(Relation.BASIC, "tiny", ""),
            new Fallback(Relation.SIMILAR, "cousin", ""),
            new Fallback(Relation.COMPONENT, "donor", "vae_decoder"),
            new Fallback(Relation.ALTERNATIVE_FORMAT, "base-fp16", ""));
    for (String id : List.of("tiny", "cousin", "donor", "base-fp16")) {
      model(id, List.of());
    }
    model("like", List.of("text-to-image", "more"));

    Alternatives found = FallbackChain.of(base, Set.of(PART), sound, id -> "unknown");

    assertEquals(
        List.of(
            "1 alternative_model_format base-fp16 ",
            "2 model_component_substitution base+vae_decoder:donor vae_decoder",
            "3 similar_capability_model cousin ",
            "3 similar_capability_model like ",
            "4 basic_functionality_model tiny "),
        lines(found));
    assertEquals(
        Optional.of("base+vae_decoder:donor"),
        found.next(List.of("base-fp16")).map(Candidate::modelId));
  }

  @Test
  void of_whenNotJustThatComponentIsAtFault_lendsNone() {
    ModelDescriptor base =
        model("base", List.of(), new Fallback(Relation.COMPONENT, "donor", PART));
    model("donor", List.of());

    for (Set<String> faulty :
        List.of(Set.<String>of(), Set.of("unet"), Set.of(PART, "unet"), Set.of(PART, ""))) {
      Alternatives found = FallbackChain.of(base, faulty, sound, id -> "");
      assertEquals(List.of(), found.candidates(), faulty.toString());
      assertEquals(
          List.of(
              new Alternatives.Skipped(
                  2, "donor", "more or something else than the vae_decoder is at fault")),
          found.skipped());
    }
  }

  @Test
  void substituted_whenTheManifestDoesNotAllowIt_isNone() {
    ModelDescriptor base =
        model("base", List.of(), new Fallback(Relation.COMPONENT, "donor", PART));
    model("donor", List.of());
    model("stranger", List.of());

    assertEquals(
        Optional.of("base+vae_decoder:donor"),
        FallbackChain.substituted(base, new Substitution("base", PART, "donor"), sound)
            .map(ModelDescriptor::id));
    for (Substitution other :
        List.of(
            new Substitution("base", PART, "stranger"),
            new Substitution("base", "unet", "donor"),
            new Substitution("base", PART, "gone"))) {
      assertEquals(Optional.empty(), FallbackChain.substituted(base, other, sound));
    }
  }

  @Test
  void of_whenASubstituteHasSubstitutes_goesOnFromThereAndNeverComesNearer() {
    ModelDescriptor base = model("base", List.of(), new Fallback(Relation.BASIC, "small", ""));
    model("small", List.of(), new Fallback(Relation.ALTERNATIVE_FORMAT, "small-fp16", ""));
    model("small-fp16", List.of(), new Fallback(Relation.SIMILAR, "base", ""));

    assertEquals(
        List.of("4 basic_functionality_model small ", "4 basic_functionality_model small-fp16 "),
        lines(FallbackChain.of(base, Set.of(), sound, id -> "")));
  }

  @Test
  void of_whenASubstituteCannotBeUsed_skipsItAndSaysWhy() {
    ModelDescriptor base =
        model(
            "base",
            List.of(),
            new Fallback(Relation.ALTERNATIVE_FORMAT, "gone", ""),
            new Fallback(Relation.COMPONENT, "donor", "tail"),
            new Fallback(Relation.SIMILAR, "other-kind", ""));
    model("donor", List.of());
    sound.put("other-kind", described("other-kind", "upscaling", new UpscaleSignature(List.of(2))));

    Alternatives found = FallbackChain.of(base, Set.of(), sound, id -> id + " is broken");

    assertEquals(List.of(), found.candidates());
    assertEquals(
        List.of(
            new Alternatives.Skipped(1, "gone", "gone is broken"),
            new Alternatives.Skipped(2, "donor", "it has no component tail"),
            new Alternatives.Skipped(
                3, "other-kind", "it is a upscaling model, not a text-to-image model")),
        found.skipped());
  }

  @Test
  void of_whenTheWorkCanBeDoneWithoutAModel_endsWithThat() {
    Alternatives upscaler =
        FallbackChain.of(
            described("up", "upscaling", new UpscaleSignature(List.of(2, 4, 8))),
            Set.of(),
            sound,
            id -> "");
    assertEquals(
        List.of("5 non_ml_processing builtin lanczos-x2", "5 non_ml_processing builtin lanczos-x4"),
        lines(upscaler));

    Alternatives safety =
        FallbackChain.of(
            described(
                "guard",
                "safety",
                new SafetySignature(64, 64, List.of("safe", "sign"), Path.of("/policy.json"))),
            Set.of(),
            sound,
            id -> "");
    assertEquals(List.of("5 non_ml_processing  rule_based_filter"), lines(safety));
  }

  @Test
  void problems_whenAFallbackIsUnknown_namesBothModels() {
    model("base", List.of(), new Fallback(Relation.BASIC, "nowhere", ""));
    model("up", List.of(), new Fallback(Relation.BASIC, "builtin", ""));

    Map<String, List<ModelProblem>> problems = FallbackGraph.problems(sound, sound.keySet());

    assertEquals(Set.of("base"), problems.keySet());
    assertEquals("model_fallback_unknown", problems.get("base").get(0).code().code());
    assertTrue(problems.get("base").get(0).cause().contains("nowhere"));
  }

  @Test
  void problems_whenFallbacksLeadBack_showsTheWholeWay() {
    model("a", List.of(), new Fallback(Relation.SIMILAR, "b", ""));
    model("b", List.of(), new Fallback(Relation.SIMILAR, "c", ""));
    model("c", List.of(), new Fallback(Relation.SIMILAR, "a", ""));
    model("d", List.of(), new Fallback(Relation.SIMILAR, "a", ""));
    model("e", List.of(), new Fallback(Relation.SIMILAR, "lender", ""));
    model("lender", List.of(), new Fallback(Relation.COMPONENT, "e", "vae_decoder"));

    Map<String, List<ModelProblem>> problems = FallbackGraph.problems(sound, sound.keySet());

    assertEquals(
        Set.of("a", "b", "c"),
        problems.keySet(),
        "d leads into it, and what lends a component to e is not loaded");
    assertTrue(problems.get("b").get(0).cause().endsWith("b > c > a > b"));
  }

  private static List<String> lines(Alternatives found) {
    return found.candidates().stream()
        .map(c -> c.level() + " " + c.strategy() + " " + c.modelId() + " " + c.component())
        .toList();
  }

  private ModelDescriptor model(String id, List<String> capabilities, Fallback... fallbacks) {
    ModelDescriptor model =
        described(
            id,
            "text-to-image",
            new ModelSignature.Untyped(),
            new ModelTraits(capabilities, "", List.of(fallbacks)));
    sound.put(id, model);
    return model;
  }

  private static ModelDescriptor described(String id, String kind, ModelSignature signature) {
    return described(id, kind, signature, ModelTraits.none());
  }

  private static ModelDescriptor described(
      String id, String kind, ModelSignature signature, ModelTraits traits) {
    return new ModelDescriptor(
        id,
        "1",
        kind,
        List.of(
            new Component(
                PART, Path.of("/m.onnx"), "ab".repeat(32), 1, 14, "latent -> sample", "")),
        null,
        1,
        true,
        signature,
        "MIT",
        "/models/" + id,
        traits);
  }
}
