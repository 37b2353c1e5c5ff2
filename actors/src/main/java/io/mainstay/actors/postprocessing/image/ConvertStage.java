package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.processing.program.BatchProgram.Next.Compute;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.List;

/** The file's format. PNG is the only one, and made at the end: no pixel changes here. */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.POSTPROCESSING,
    group = "output",
    fields = "formats")
record ConvertStage() implements PictureStage {
  @Override
  public String operation() {
    return "format_conversion";
  }

  @Override
  public int requestCount(List<Size> sizes) {
    return 0;
  }

  @Override
  public List<Size> after(List<Size> sizes) {
    return sizes;
  }

  @Override
  public List<Compute> requests(List<PictureWork> works) {
    return List.of();
  }

  @Override
  public Settled settle(List<PictureWork> works, List<Tensor> answers) {
    return new Settled(works, List.of());
  }

  @Override
  public Replacement without(String modelId, String why) {
    return new Replacement(this, List.of());
  }
}
