package io.mainstay.runtime.cli.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.state.ownership.OwnedField;
import io.mainstay.runtime.cli.JsonPrinter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What {@code mainstay state} prints. The messages in it have the names of the state protocol. */
public final class StateDocument {
  private StateDocument() {}

  /** {@code mainstay state}. */
  public record Copies(List<Copy> copies, GatewayReply.StateTraffic traffic) {
    public Copies {
      copies = List.copyOf(copies);
    }
  }

  /** One copy of state, with version and age. */
  public record Copy(
      String source,
      String owner,
      String eventType,
      String subject,
      long epoch,
      long version,
      Instant at,
      long ageMillis,
      JsonNode message) {
    /** Of a node's answer. */
    public static Copy of(GatewayReply.StateCopyView view) {
      return new Copy(
          view.source(),
          view.owner(),
          view.eventType(),
          view.subject(),
          view.epoch(),
          view.version(),
          view.at(),
          view.ageMillis(),
          JsonPrinter.parse(view.json()));
    }
  }

  /** One line of {@code mainstay state watch}. */
  public record Message(
      long ordering,
      Instant at,
      String source,
      String priority,
      String outcome,
      long epoch,
      long sequence,
      long version,
      List<String> notes,
      JsonNode message) {
    public Message {
      notes = List.copyOf(notes);
    }

    /** Of a node's answer. */
    public static Message of(GatewayReply.StateMessageView view) {
      return new Message(
          view.ordering(),
          view.at(),
          view.source(),
          view.priority(),
          view.outcome(),
          view.epoch(),
          view.sequence(),
          view.version(),
          view.notes(),
          JsonPrinter.parse(view.json()));
    }
  }

  /** {@code mainstay state --owners}. */
  public record Owners(List<Owner> owners) {
    public Owners {
      owners = List.copyOf(owners);
    }
  }

  /** One field of shared state and its owner. */
  public record Owner(
      String domain,
      String owner,
      String group,
      String field,
      String what,
      String type,
      String writers,
      String note) {
    /** Of the catalog. */
    public static Owner of(OwnedField field) {
      return new Owner(
          field.domain().name().toLowerCase(Locale.ROOT),
          field.owner().name().toLowerCase(Locale.ROOT),
          field.group(),
          field.field(),
          field.what(),
          field.type(),
          field.writers(),
          field.note());
    }
  }
}
