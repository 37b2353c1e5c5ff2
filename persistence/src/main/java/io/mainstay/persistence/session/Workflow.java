package io.mainstay.persistence.session;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a session was asked to do, with its parameters typed and checked. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "template")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Workflow.TextEmbedding.class, name = "text-embedding"),
  @JsonSubTypes.Type(value = Workflow.TextToImage.class, name = "text-to-image"),
  @JsonSubTypes.Type(value = Workflow.ImageEnhance.class, name = "image-enhance")
})
public sealed interface Workflow {
  /** Name of the template, as users type it. */
  String template();

  /** Documents (lines, prompts, pictures) in a batch of the plan. */
  int batchDocuments();

  /** The same with so many documents in a batch. */
  Workflow withBatch(int documents);

  /**
   * One embedding for each line of a UTF-8 text.
   *
   * @param model id of an embedding model in the registry
   * @param batchDocuments documents in a batch of the plan
   */
  record TextEmbedding(String model, int batchDocuments) implements Workflow {
    @Override
    public String template() {
      return "text-embedding";
    }

    @Override
    public TextEmbedding withBatch(int documents) {
      return new TextEmbedding(model, documents);
    }
  }

  /** Workflows whose results are pictures. */
  sealed interface Pictures extends Workflow {
    /** What is done to each picture, in this order; a safety gate runs on the result anyway. */
    List<PictureOperation> operations();

    /** Time from the acceptance to the last picture; 0 for none. */
    long deadlineMillis();
  }

  /**
   * One picture for each line of a UTF-8 text.
   *
   * @param model id of a text-to-image model in the registry
   * @param batchDocuments pictures that share the requests to the worker
   * @param width in pixels
   * @param height in pixels
   * @param steps of denoising
   * @param guidance scale of classifier-free guidance; 1 for none
   * @param scheduler ddim or euler
   * @param seed of every picture, or null: then derived from prompt and index
   * @param negativePrompt what the guidance leads away from; empty by default
   */
  record TextToImage(
      String model,
      int batchDocuments,
      int width,
      int height,
      int steps,
      double guidance,
      String scheduler,
      Long seed,
      String negativePrompt,
      List<PictureOperation> operations,
      long deadlineMillis)
      implements Pictures {
    public TextToImage {
      operations = List.copyOf(operations);
    }

    @Override
    public String template() {
      return "text-to-image";
    }

    @Override
    public TextToImage withBatch(int documents) {
      return new TextToImage(
          model,
          documents,
          width,
          height,
          steps,
          guidance,
          scheduler,
          seed,
          negativePrompt,
          operations,
          deadlineMillis);
    }

    /** The same by another model. */
    public TextToImage withModel(String other) {
      return new TextToImage(
          other,
          batchDocuments,
          width,
          height,
          steps,
          guidance,
          scheduler,
          seed,
          negativePrompt,
          operations,
          deadlineMillis);
    }
  }

  /** One picture for each input picture. */
  record ImageEnhance(int batchDocuments, List<PictureOperation> operations, long deadlineMillis)
      implements Pictures {
    public ImageEnhance {
      operations = List.copyOf(operations);
    }

    @Override
    public String template() {
      return "image-enhance";
    }

    @Override
    public ImageEnhance withBatch(int documents) {
      return new ImageEnhance(documents, operations, deadlineMillis);
    }
  }
}
