package io.mainstay.actors.transaction.resource;

import io.mainstay.persistence.transaction.Participants;

/** What participants pin models for: their names in the model domain's book of holders. */
public enum PinPurpose {
  /** Of the model participant. */
  MODEL(Participants.MODEL, "transaction"),
  /** Of the inference participant. */
  INFERENCE(Participants.INFERENCE, "inference context"),
  /** Of the postprocessing participant. */
  PIPELINE(Participants.POSTPROCESSING, "pipeline");

  private final String participant;
  private final String text;

  PinPurpose(String participant, String text) {
    this.participant = participant;
    this.text = text;
  }

  /** Who pins. */
  public String participant() {
    return participant;
  }

  /** The holder's name, such as {@code transaction 01JD}. */
  public String holder(String transactionId) {
    return text + " " + transactionId;
  }

  /** Whether that holder's name is one of these. */
  public boolean names(String holder) {
    return holder.startsWith(text + " ");
  }

  /** The transaction of such a holder. */
  public String transactionOf(String holder) {
    return holder.substring(text.length() + 1);
  }
}
