package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.Domain;
import io.mainstay.actors.recovery.ErrorNames;
import java.util.List;
import java.util.Locale;

/** Conditions of the actors that a node stands on: a defect shows, once or again and again. */
final class DomainConditions {
  /** The actor of the device domain fails; all workers end with it. */
  static final Condition DEVICE_DOMAIN_FAILS = fails(Domain.DEVICE);

  /** The actor of the memory domain fails; its ledgers end with it. */
  static final Condition MEMORY_DOMAIN_FAILS = fails(Domain.MEMORY);

  /** The actor of the model domain fails; loads end with it. */
  static final Condition MODEL_DOMAIN_FAILS = fails(Domain.MODEL);

  /** The actor of the processing domain fails; what works on sessions ends with it. */
  static final Condition PROCESSING_DOMAIN_FAILS = fails(Domain.PROCESSING);

  /** The actor of the inference domain fails; turns on devices end with it. */
  static final Condition INFERENCE_DOMAIN_FAILS = fails(Domain.INFERENCE);

  /** The actor of the postprocessing domain fails; its pipelines end with it. */
  static final Condition POSTPROCESSING_DOMAIN_FAILS = fails(Domain.POSTPROCESSING);

  /** What takes part in transactions fails; votes that are not journaled end with it. */
  static final Condition TRANSACTIONS_FAIL = fails("transactions-fail", "transaction");

  /** What freezes state while a worker is out of reach fails. */
  static final Condition OUTAGES_FAIL = fails("outages-fail", "outages");

  /** What answers clients fails. */
  static final Condition REQUESTS_FAIL = fails("requests-fail", "requests");

  /** An actor fails until its restarts are used up: all domains begin anew. */
  static final Condition DOMAIN_GIVES_UP =
      Condition.named("domain-gives-up", ErrorNames.PERSISTENT_COMPONENT_FAILURE)
          .needs(Need.FAULT_INJECTION)
          .notInStorms()
          .by(DomainCausers::givesUp);

  /** All of them. */
  static final List<Condition> ALL =
      List.of(
          DEVICE_DOMAIN_FAILS,
          MEMORY_DOMAIN_FAILS,
          MODEL_DOMAIN_FAILS,
          PROCESSING_DOMAIN_FAILS,
          INFERENCE_DOMAIN_FAILS,
          POSTPROCESSING_DOMAIN_FAILS,
          TRANSACTIONS_FAIL,
          OUTAGES_FAIL,
          REQUESTS_FAIL,
          DOMAIN_GIVES_UP);

  private DomainConditions() {}

  private static Condition fails(Domain domain) {
    String name = domain.name().toLowerCase(Locale.ROOT);
    return fails(name + "-domain-fails", name);
  }

  private static Condition fails(String wireName, String component) {
    return Condition.named(wireName, ErrorNames.COMPONENT_FAILURE)
        .needs(Need.FAULT_INJECTION)
        .notInStorms()
        .by((stage, device) -> DomainCausers.fails(stage, component));
  }
}
