package io.mainstay.actors.postprocessing;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.postprocessing.image.PicturePipeline;
import io.mainstay.actors.postprocessing.output.OutputPlan;
import io.mainstay.actors.postprocessing.output.WrittenOutputs;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.protocol.Tensor;
import java.util.List;

/**
 * What other domains ask of the postprocessing domain; handled by {@code PostprocessingSupervisor}.
 * Node-local. Errors are {@code Refusal}s: {@code busy}, {@code unusable_output} for numbers that
 * are not finite, {@code incomplete_results} when a document has no result or two, {@code
 * unusable_result} for one that cannot be read back, {@code reviews_unavailable} when the review
 * queue does not answer, {@code storage_unavailable} when the store or the disk fails, {@code
 * postprocessing_engine_failure} when the work itself does.
 */
public sealed interface PostprocessingCommand
    permits PostprocessingCommand.StoreEmbeddings,
        PostprocessingCommand.WriteOutputs,
        PostprocessingCommand.StorePictures,
        PostprocessingCommand.WritePictures,
        PostprocessingCommand.Prove,
        PostprocessingCommand.Restart,
        PostprocessingCommand.GetLoad,
        PostprocessingSupervisor.Own {
  /**
   * Pools and normalizes a batch and stores it. Answered when it is durable.
   *
   * @param owner of the result: the session's id
   * @param name of the result, for people
   * @param hidden last hidden state, texts x columns x dimensions
   * @param tokenCounts attended tokens of each text
   */
  record StoreEmbeddings(
      String owner,
      String name,
      Tensor hidden,
      List<Integer> tokenCounts,
      ActorRef<StatusReply<BlobRef>> replyTo)
      implements PostprocessingCommand {
    public StoreEmbeddings {
      tokenCounts = List.copyOf(tokenCounts);
    }
  }

  /** Writes the outputs of a session whose every batch has its result. */
  record WriteOutputs(OutputPlan plan, ActorRef<StatusReply<WrittenOutputs>> replyTo)
      implements PostprocessingCommand {}

  /**
   * Stores a finished batch of pictures: its PNGs, and the document that names them. Answered with
   * the document when everything is durable.
   *
   * @param owner of the files and the document
   * @param name of the document, for people
   * @param firstIndex document of the first picture
   * @param finished a pipeline at its end
   */
  record StorePictures(
      String owner,
      String name,
      int firstIndex,
      PicturePipeline finished,
      ActorRef<StatusReply<BlobRef>> replyTo)
      implements PostprocessingCommand {}

  /**
   * Writes the outputs of a session of pictures whose every batch has its result; what needs a
   * person is in the review queue before this is answered.
   */
  record WritePictures(OutputPlan plan, ActorRef<StatusReply<WrittenOutputs>> replyTo)
      implements PostprocessingCommand {}

  /**
   * A small result of no session is stored, read back and let go, in turn with the other jobs: the
   * engine and its store work.
   */
  record Prove(ActorRef<StatusReply<Proof>> replyTo) implements PostprocessingCommand {}

  /**
   * Reply to {@link Prove}.
   *
   * @param bytes that came back as they were stored
   * @param micros that it took
   */
  record Proof(String sha256, int bytes, long micros) {
    /** For evidence. */
    public String text() {
      return "%d bytes were stored and came back whole in %d us".formatted(bytes, micros);
    }
  }

  /**
   * Every pipeline is ended, once its job is done, and another one begins clean; jobs wait
   * meanwhile. Answered when all are there; asked again meanwhile it is answered at the same time.
   */
  record Restart(ActorRef<Restarted> replyTo) implements PostprocessingCommand {}

  /**
   * Reply to {@link Restart}.
   *
   * @param pipelines that began clean
   * @param waiting jobs that wait for one of them
   */
  record Restarted(int pipelines, int waiting) {}

  /** How busy it is. */
  record GetLoad(ActorRef<Load> replyTo) implements PostprocessingCommand {}

  /**
   * Reply to {@link GetLoad}.
   *
   * @param pipelines that live
   * @param idle of those, that have nothing to do
   * @param waiting jobs that no pipeline has
   */
  record Load(int pipelines, int idle, int waiting) {}
}
