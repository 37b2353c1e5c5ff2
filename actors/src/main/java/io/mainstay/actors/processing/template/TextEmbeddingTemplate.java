package io.mainstay.actors.processing.template;

import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.persistence.session.Workflow;
import java.util.List;

/** One embedding for each line of a text. Pure. */
final class TextEmbeddingTemplate {
  static final String NAME = "text-embedding";
  private static final String MODEL = "model";
  private static final String BATCH_SIZE = "batch-size";

  private TextEmbeddingTemplate() {}

  static Workflow workflow(List<Param> params, TemplateDefaults defaults) {
    Given given = Given.of(NAME, params, List.of(MODEL, BATCH_SIZE));
    return new Workflow.TextEmbedding(
        given.id(MODEL, defaults.model()),
        given.whole(BATCH_SIZE, defaults.batchDocuments(), 1, defaults.batchDocumentsMax()));
  }
}
