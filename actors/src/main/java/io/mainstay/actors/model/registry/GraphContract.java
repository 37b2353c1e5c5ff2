package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.UpscaleSignature;
import io.mainstay.actors.model.registry.ModelManifest.ManifestFile;
import io.mainstay.actors.model.registry.OnnxGraph.Port;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the graphs of a kind of model take and give, by component; empty for kinds whose graphs are
 * checked otherwise or not at all. Pure. Finds components that were swapped, are of another kind,
 * or need an input that the host cannot give.
 *
 * @param components by name
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.INFERENCE,
    group = "capabilities",
    fields = "compatibility")
record GraphContract(Map<String, Ports> components) {
  private static final GraphContract TEXT_TO_IMAGE =
      new GraphContract(
          Map.of(
              "text_encoder",
              new Ports(
                  List.of(new Port("input_ids", Port.INT64)),
                  List.of(new Port("last_hidden_state", Port.FLOAT32))),
              "unet",
              new Ports(
                  List.of(
                      new Port("sample", Port.FLOAT32),
                      new Port("timestep", Port.INT64),
                      new Port("encoder_hidden_states", Port.FLOAT32)),
                  List.of(new Port("out_sample", Port.FLOAT32))),
              "vae_decoder",
              new Ports(
                  List.of(new Port("latent_sample", Port.FLOAT32)),
                  List.of(new Port("sample", Port.FLOAT32)))));

  private static final Ports CLASSIFIER =
      new Ports(
          List.of(new Port("image", Port.FLOAT32)), List.of(new Port("scores", Port.FLOAT32)));

  private static final Ports UPSCALER =
      new Ports(
          List.of(new Port("image", Port.FLOAT32)), List.of(new Port("upscaled", Port.FLOAT32)));

  /** Inputs exactly; outputs among others. */
  record Ports(List<Port> inputs, List<Port> outputs) {
    boolean areOf(OnnxGraph graph) {
      return graph.inputs().size() == inputs.size()
          && inputs.stream().allMatch(wanted -> isAmong(graph.inputs(), wanted))
          && outputs.stream().allMatch(wanted -> isAmong(graph.outputs(), wanted));
    }

    private static boolean isAmong(List<Port> ports, Port wanted) {
      return ports.stream().anyMatch(wanted::isLike);
    }
  }

  GraphContract {
    components = new LinkedHashMap<>(components);
  }

  static GraphContract of(ModelManifest manifest) {
    return switch (manifest.kind()) {
      case KindSections.TEXT_TO_IMAGE -> TEXT_TO_IMAGE;
      case KindSections.SAFETY -> new GraphContract(Map.of("classifier", CLASSIFIER));
      case KindSections.UPSCALING -> upscaling(manifest.sections().upscale());
      default -> new GraphContract(Map.of());
    };
  }

  /** Names that the manifest has no component for. */
  List<String> missing(ModelManifest manifest) {
    List<String> missing = new ArrayList<>();
    components.keySet().stream()
        .sorted()
        .filter(name -> manifest.component(name).isEmpty())
        .forEach(missing::add);
    return missing;
  }

  /** Whether a file of that name is one that the kind cannot do without. */
  boolean needs(ManifestFile file) {
    return file.role() == ModelManifest.Role.MODEL && components.containsKey(file.name());
  }

  /** What is wrong with the graph of that component, one clause; empty if nothing is. */
  Optional<String> mismatch(String component, OnnxGraph graph) {
    Ports expected = components.get(component);
    if (expected == null || expected.areOf(graph)) {
      return Optional.empty();
    }
    String found = "it takes " + graph.inputs() + " and gives " + graph.outputs();
    String wanted =
        "a " + component + " takes " + expected.inputs() + " and gives " + expected.outputs();
    String looksLike =
        components.entrySet().stream()
            .filter(other -> other.getValue().areOf(graph))
            .map(other -> "; it is the graph of a " + other.getKey())
            .findFirst()
            .orElse("");
    return Optional.of(found + "; " + wanted + looksLike);
  }

  private static GraphContract upscaling(Optional<UpscaleSignature> signature) {
    Map<String, Ports> scales = new LinkedHashMap<>();
    signature
        .map(UpscaleSignature::scales)
        .orElse(List.of())
        .forEach(scale -> scales.put("x" + scale, UPSCALER));
    return new GraphContract(scales);
  }
}
