package io.mainstay.actors.postprocessing.output;

import io.mainstay.persistence.session.BlobRef;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.List;

/**
 * The outputs are in the blob store.
 *
 * @param outputs embeddings or pictures, then the manifest
 * @param degradations what the user did not get as asked, one sentence each
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.POSTPROCESSING,
    group = "output",
    fields = "delivery")
public record WrittenOutputs(List<BlobRef> outputs, List<String> degradations) {
  public WrittenOutputs {
    outputs = List.copyOf(outputs);
    degradations = List.copyOf(degradations);
  }
}
