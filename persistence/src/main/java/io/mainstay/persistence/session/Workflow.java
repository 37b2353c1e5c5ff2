package io.mainstay.persistence.session;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a session was asked to do, with its parameters typed and checked. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "template")
@JsonSubTypes({@JsonSubTypes.Type(value = Workflow.TextEmbedding.class, name = "text-embedding")})
public sealed interface Workflow {
  /** Name of the template, as users type it. */
  String template();

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
  }
}
