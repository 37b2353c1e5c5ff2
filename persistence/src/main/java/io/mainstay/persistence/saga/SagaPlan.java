package io.mainstay.persistence.saga;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a saga does: its parameters, typed, and its steps in order. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "plan")
@JsonSubTypes({@JsonSubTypes.Type(value = SagaPlan.ModelLoad.class, name = "model-load")})
public sealed interface SagaPlan {
  /** The seeds' name of this kind of saga. */
  @JsonIgnore
  String sagaType();

  /** Steps in order; compensations run in the reverse order. */
  @JsonIgnore
  List<SagaStep> steps();

  /**
   * False if the effects of the steps live in this node's memory or processes only: after a restart
   * of the node such a saga compensates instead of going on.
   */
  @JsonIgnore
  boolean effectsSurviveRestart();

  /**
   * Brings a model into the memory of a device.
   *
   * @param sha256 of the model file, lower-case hex
   * @param bytes device memory to book
   */
  record ModelLoad(String modelId, String version, String sha256, String deviceId, long bytes)
      implements SagaPlan {
    private static final List<SagaStep> STEPS =
        List.of(SagaStep.RESERVE_DEVICE, SagaStep.ALLOCATE_MEMORY, SagaStep.CACHE, SagaStep.LOAD);

    @Override
    public String sagaType() {
      return "cross_domain_model_loading";
    }

    @Override
    public List<SagaStep> steps() {
      return STEPS;
    }

    @Override
    public boolean effectsSurviveRestart() {
      return false;
    }
  }
}
