package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.device.worker.InferenceCall.OutputRoom;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.image.Picture;
import io.mainstay.actors.processing.program.BatchProgram.Next.Compute;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Upscaling: pictures of one size share a request as far as its bytes allow, larger ones go alone,
 * still larger ones in tiles.
 */
record UpscaleStage(Upscaler upscaler, PictureLimits limits) implements PictureStage {
  /** A tile of one of the pictures. */
  private record Part(int work, Tile tile) {}

  @Override
  public String operation() {
    return "upscaling";
  }

  @Override
  public int requestCount(List<Size> sizes) {
    return plan(sizes).size();
  }

  @Override
  public List<Size> after(List<Size> sizes) {
    return sizes.stream().map(size -> size.times(upscaler.scale())).toList();
  }

  @Override
  public List<Compute> requests(List<PictureWork> works) {
    List<Compute> requests = new ArrayList<>();
    for (List<Part> parts : plan(sizes(works))) {
      List<Picture> pictures =
          parts.stream()
              .map(part -> Planes.cut(works.get(part.work()).picture(), part.tile()))
              .toList();
      long bytes = Size.of(pictures.get(0)).times(upscaler.scale()).bytes() * pictures.size();
      requests.add(
          new Compute(
              upscaler.modelId(),
              upscaler.component(),
              List.of(Picture.tensor(Upscaler.INPUT, pictures)),
              List.of(new OutputRoom(Upscaler.OUTPUT, bytes))));
    }
    return requests;
  }

  @Override
  public Settled settle(List<PictureWork> works, List<Tensor> answers) {
    int scale = upscaler.scale();
    List<Size> wholes = after(sizes(works));
    List<float[]> planes =
        wholes.stream()
            .map(size -> new float[Math.toIntExact(size.bytes() / Float.BYTES)])
            .toList();
    List<List<Part>> plan = plan(sizes(works));
    for (int request = 0; request < plan.size(); request++) {
      List<Part> parts = plan.get(request);
      FloatBuffer values = usable(answers.get(request), parts);
      int each = values.remaining() / parts.size();
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        Planes.paste(
            values.slice(i * each, each),
            part.tile(),
            scale,
            wholes.get(part.work()),
            planes.get(part.work()));
      }
    }
    List<PictureWork> done = new ArrayList<>();
    for (int i = 0; i < works.size(); i++) {
      Size size = wholes.get(i);
      Picture larger = new Picture(size.width(), size.height(), planes.get(i));
      done.add(works.get(i).enlarged(larger, scale));
    }
    return new Settled(done, List.of());
  }

  @Override
  public Replacement without(String modelId, String why) {
    // Without the worker's own kernel there is no upscaling: the caller hears of it.
    if (!upscaler.modelId().equals(modelId) || modelId.equals(Upscaler.BUILTIN)) {
      return new Replacement(this, List.of());
    }
    return new Replacement(
        new UpscaleStage(Upscaler.lanczos(upscaler.scale()), limits),
        List.of(
            "upscaler_unavailable: '"
                + modelId
                + "' could not be used ("
                + why
                + "); the worker's Lanczos kernel upscaled instead"));
  }

  /** The parts of each request. */
  private List<List<Part>> plan(List<Size> sizes) {
    Map<Size, List<Part>> bySize = new LinkedHashMap<>();
    for (int work = 0; work < sizes.size(); work++) {
      for (Tile tile : Tile.of(sizes.get(work), upscaler.scale(), limits)) {
        bySize.computeIfAbsent(tile.seen(), size -> new ArrayList<>()).add(new Part(work, tile));
      }
    }
    List<List<Part>> requests = new ArrayList<>();
    bySize.forEach(
        (size, parts) -> {
          long each = Tile.bytesPerPixel(upscaler.scale()) * size.width() * size.height();
          int most = (int) Math.max(1, limits.requestBytesMax() / each);
          for (int from = 0; from < parts.size(); from += most) {
            requests.add(parts.subList(from, Math.min(parts.size(), from + most)));
          }
        });
    return requests;
  }

  private FloatBuffer usable(Tensor answer, List<Part> parts) {
    Size seen = parts.get(0).tile().seen().times(upscaler.scale());
    List<Long> expected =
        List.of(
            (long) parts.size(),
            (long) Picture.CHANNELS,
            (long) seen.height(),
            (long) seen.width());
    if (answer.type() != TensorType.FLOAT32 || !answer.dims().equals(expected)) {
      throw unusable("gave " + answer.type() + " " + answer.dims() + ", not FLOAT32 " + expected);
    }
    FloatBuffer values = answer.bytes().asFloatBuffer();
    for (int i = 0; i < values.limit(); i++) {
      if (!Float.isFinite(values.get(i))) {
        throw unusable("gave numbers that are not finite");
      }
    }
    return values;
  }

  private Refusal unusable(String what) {
    return Refusal.of(
        "unusable_output",
        "Upscaler " + upscaler.modelId() + "/" + upscaler.component() + " " + what,
        "Check the model with 'mainstay models verify'; the batch is computed again on its own"
            + " account");
  }

  private static List<Size> sizes(List<PictureWork> works) {
    return works.stream().map(work -> Size.of(work.picture())).toList();
  }
}
