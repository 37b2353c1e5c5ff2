package io.mainstay.actors.model.load;

import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.LoadedModel.Signature;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelDescriptor.TextSignature;
import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.model.registry.ModelProblem;
import io.mainstay.protocol.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether what a worker loaded is what the manifest promised. Pure. */
final class SignatureCheck {
  private SignatureCheck() {}

  /** Empty if it fits. */
  static Optional<ModelProblem> check(ModelDescriptor model, LoadedModel loaded) {
    if (loaded.components().size() != model.components().size()) {
      return problem(
          model,
          "has "
              + loaded.components().size()
              + " loaded components, its manifest lists "
              + model.components().size());
    }
    TextSignature text = model.text();
    if (text == null) {
      return Optional.empty();
    }
    List<Signature> inputs =
        loaded.components().stream().flatMap(part -> part.inputs().stream()).toList();
    List<Signature> outputs =
        loaded.components().stream().flatMap(part -> part.outputs().stream()).toList();
    return require(model, "input", text.inputIds(), TensorType.INT64, inputs)
        .or(() -> require(model, "input", text.attentionMask(), TensorType.INT64, inputs))
        .or(
            () ->
                text.tokenTypeIds().isEmpty()
                    ? Optional.empty()
                    : require(model, "input", text.tokenTypeIds(), TensorType.INT64, inputs))
        .or(() -> require(model, "output", text.output(), TensorType.FLOAT32, outputs))
        .or(() -> requireDimensions(model, text, outputs));
  }

  private static Optional<ModelProblem> require(
      ModelDescriptor model, String what, String name, TensorType type, List<Signature> present) {
    boolean there =
        present.stream()
            .anyMatch(signature -> signature.name().equals(name) && signature.type() == type);
    return there
        ? Optional.empty()
        : problem(
            model,
            "has no " + what + " '" + name + "' of type " + type + "; it has " + list(present));
  }

  private static Optional<ModelProblem> requireDimensions(
      ModelDescriptor model, TextSignature text, List<Signature> outputs) {
    for (Signature output : outputs) {
      if (output.name().equals(text.output()) && !output.dims().isEmpty()) {
        long last = output.dims().get(output.dims().size() - 1);
        if (last >= 0 && last != text.dimensions()) {
          return problem(
              model,
              "gives "
                  + last
                  + " dimensions in '"
                  + text.output()
                  + "', its manifest says "
                  + text.dimensions());
        }
      }
    }
    return Optional.empty();
  }

  private static String list(List<Signature> present) {
    return present.stream()
        .map(signature -> signature.name() + " " + signature.type())
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static Optional<ModelProblem> problem(ModelDescriptor model, String cause) {
    return Optional.of(
        new ModelProblem(
            ModelFaultCode.MODEL_SIGNATURE_MISMATCH,
            "the model " + model.id() + " " + cause,
            "Correct the text section of its manifest, or use the file that the manifest means"));
  }
}
