package io.mainstay.actors.processing.template;

/**
 * Values of parameters that are not given, and bounds of those that are.
 *
 * @param model of a text embedding
 * @param batchDocuments documents in a batch
 * @param batchDocumentsMax most that may be asked for
 * @param pictures of the picture templates
 */
public record TemplateDefaults(
    String model, int batchDocuments, int batchDocumentsMax, PictureDefaults pictures) {
  public TemplateDefaults {
    if (batchDocumentsMax < 1 || batchDocuments < 1 || batchDocuments > batchDocumentsMax) {
      throw new IllegalArgumentException(
          "mainstay.processing.text-embedding: batch-size "
              + batchDocuments
              + " must be from 1 to batch-size-max "
              + batchDocumentsMax);
    }
  }
}
