package io.mainstay.actors.recovery;

import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.actors.recovery.recognition.Thrown;
import io.mainstay.persistence.serialization.EventMeta;

/** Turns what was recognised into a fault with its entry of the catalog. Pure. */
final class FaultClassifier {
  private final ErrorCatalog catalog;

  FaultClassifier(ErrorCatalog catalog) {
    this.catalog = catalog;
  }

  /** Of an actor that threw. */
  Fault classify(String component, Throwable thrown) {
    return classify(component, Thrown.recognise(thrown), null);
  }

  /**
   * Of a sign that somebody saw.
   *
   * @param cause event that led here, or null
   */
  Fault classify(String component, Recognised sign, EventMeta cause) {
    ErrorDefinition definition = catalog.get(sign.error());
    return new Fault(
        definition, component, sign.blame().orElse(definition.blame()), sign.evidence(), cause);
  }
}
