package io.mainstay.actors.processing.recipe;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.postprocessing.output.OutputPlan;
import io.mainstay.actors.postprocessing.output.WrittenOutputs;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.persistence.checkpoint.UnusableCheckpointException;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * How the work of one session is done. Opened once by its submission and once by each of its
 * runners, from durable things alone. Immutable, thread-safe.
 */
public interface Recipe {
  /** Number of documents: lines, prompts or pictures. */
  int documents();

  /** One document as text, for the dead letters. */
  String document(int index);

  /** Models of the registry that it uses. */
  List<ModelDescriptor> models();

  /** What the user gets otherwise than asked for because a template is damaged, one sentence. */
  default Optional<String> degradation() {
    return Optional.empty();
  }

  /** The one that the receipt names; empty for what every worker has itself. */
  default Optional<ModelDescriptor> named() {
    return models().stream().findFirst();
  }

  /**
   * Looks at each document as far as that is cheap, so that an unusable one is refused before it is
   * accepted. What only {@link #begin} finds becomes a dead letter of that document. Blocks.
   *
   * @param wanted asked before each document; when false, the rest is left out
   * @throws java.util.concurrent.CancellationException if it is not wanted any more
   * @throws io.mainstay.actors.gateway.Refusal naming the first unusable one
   */
  void checkDocuments(BooleanSupplier wanted);

  /**
   * Heap that a batch takes at most from its beginning until its results are stored, in bytes; 0 if
   * that is nothing to speak of. Blocks.
   *
   * @throws io.mainstay.actors.gateway.Refusal if a document cannot be used
   * @throws java.io.UncheckedIOException if one cannot be read
   */
  default long heapBytes(DocumentRange range) {
    return 0;
  }

  /**
   * The program of a batch, from its beginning. Blocks.
   *
   * @throws io.mainstay.actors.gateway.Refusal if a document cannot be used
   * @throws java.io.UncheckedIOException if one cannot be read
   */
  BatchProgram begin(DocumentRange range);

  /**
   * The program of a batch as {@link BatchProgram#checkpoint()} described it. Blocks.
   *
   * @throws UnusableCheckpointException if it is of another batch, another model or another version
   */
  BatchProgram resume(DocumentRange range, byte[] checkpoint) throws UnusableCheckpointException;

  /**
   * The program without a model that no device can load, if something stands in for it that the
   * program has at hand. Blocks.
   *
   * @param why a phrase
   */
  default Optional<BatchProgram> without(BatchProgram program, String modelId, String why) {
    return Optional.empty();
  }

  /**
   * What stores the results of a finished batch.
   *
   * @param owner of the result
   */
  PostprocessingCommand store(
      String owner,
      DocumentRange range,
      BatchProgram finished,
      ActorRef<StatusReply<BlobRef>> replyTo);

  /** What writes the outputs of the session. */
  PostprocessingCommand write(OutputPlan plan, ActorRef<StatusReply<WrittenOutputs>> replyTo);
}
