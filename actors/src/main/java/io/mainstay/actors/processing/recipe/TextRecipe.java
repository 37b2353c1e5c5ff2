package io.mainstay.actors.processing.recipe;

import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.inference.TextModel;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.postprocessing.output.OutputPlan;
import io.mainstay.actors.postprocessing.output.WrittenOutputs;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.actors.processing.text.TextDocuments;
import io.mainstay.actors.processing.text.TextEmbeddingProgram;
import io.mainstay.persistence.checkpoint.UnusableCheckpointException;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.DocumentRange;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One embedding for each line of a text: one step for each batch, nothing to go on from. */
final class TextRecipe implements Recipe {
  private final TextDocuments documents;
  private final TextModel model;

  TextRecipe(TextDocuments documents, TextModel model) {
    this.documents = documents;
    this.model = model;
  }

  @Override
  public int documents() {
    return documents.count();
  }

  @Override
  public String document(int index) {
    return documents.text(index);
  }

  @Override
  public List<ModelDescriptor> models() {
    return List.of(model.descriptor());
  }

  /** Every byte was checked when the text was read. */
  @Override
  public void checkDocuments(BooleanSupplier wanted) {}

  @Override
  public BatchProgram begin(DocumentRange range) {
    return TextEmbeddingProgram.begin(
        model, model.encode(documents.texts(range.from(), range.to())));
  }

  @Override
  public BatchProgram resume(DocumentRange range, byte[] checkpoint)
      throws UnusableCheckpointException {
    throw new UnusableCheckpointException("a text embedding has one step and no checkpoints");
  }

  @Override
  public PostprocessingCommand store(
      String owner,
      DocumentRange range,
      BatchProgram finished,
      ActorRef<StatusReply<BlobRef>> replyTo) {
    TextEmbeddingProgram program = (TextEmbeddingProgram) finished;
    return new PostprocessingCommand.StoreEmbeddings(
        owner,
        "embeddings-" + range.from() + "-" + range.to(),
        program.hidden(),
        program.tokenCounts(),
        replyTo);
  }

  @Override
  public PostprocessingCommand write(
      OutputPlan plan, ActorRef<StatusReply<WrittenOutputs>> replyTo) {
    return new PostprocessingCommand.WriteOutputs(plan, replyTo);
  }
}
