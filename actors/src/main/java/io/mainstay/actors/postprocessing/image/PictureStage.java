package io.mainstay.actors.postprocessing.image;

import io.mainstay.actors.processing.program.BatchProgram.Next.Compute;
import io.mainstay.protocol.Tensor;
import java.util.List;

/** One operation of a pipeline, over all its pictures. */
sealed interface PictureStage permits UpscaleStage, CheckStage, ConvertStage {
  /** Its name in requests and progress. */
  String operation();

  /** Worker requests that pictures of these sizes take. */
  int requestCount(List<Size> sizes);

  /** The sizes after it. */
  List<Size> after(List<Size> sizes);

  /** The worker requests, always the same ones for the same pictures. */
  List<Compute> requests(List<PictureWork> works);

  /**
   * The pictures after it.
   *
   * @param answers first output of each request, in their order
   */
  Settled settle(List<PictureWork> works, List<Tensor> answers);

  /**
   * What takes its place where a model cannot be used, or itself if it needs no such model.
   *
   * @param why a phrase
   */
  Replacement without(String modelId, String why);

  /**
   * A stage that is done.
   *
   * @param degradations what is not as asked, one sentence each
   */
  record Settled(List<PictureWork> works, List<String> degradations) {}

  /** A stage, and what is not as asked with it. */
  record Replacement(PictureStage stage, List<String> degradations) {}
}
