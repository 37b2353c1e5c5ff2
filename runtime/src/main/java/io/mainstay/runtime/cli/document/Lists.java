package io.mainstay.runtime.cli.document;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.ErrorView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.MemoryLedgerView;
import io.mainstay.actors.gateway.RecoveryPlanView;
import io.mainstay.actors.gateway.RecoverySummary;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.util.List;

/** Lists are {@code {"<plural>":[...]}}. */
public final class Lists {
  private Lists() {}

  /** {@code mainstay devices}. */
  public record Devices(List<DeviceView> devices) {
    public Devices {
      devices = List.copyOf(devices);
    }
  }

  /** {@code mainstay memory}. */
  public record Memory(List<MemoryLedgerView> ledgers) {
    public Memory {
      ledgers = List.copyOf(ledgers);
    }
  }

  /** {@code mainstay models}. */
  public record Models(List<ModelView> models) {
    public Models {
      models = List.copyOf(models);
    }
  }

  /** {@code mainstay models verify}. */
  public record Verified(boolean sound, List<ModelVerification> models) {
    public Verified {
      models = List.copyOf(models);
    }
  }

  /** {@code mainstay sessions}. */
  public record Sessions(List<SessionView> sessions) {
    public Sessions {
      sessions = List.copyOf(sessions);
    }
  }

  /** {@code mainstay dead-letters}. */
  public record DeadLetters(List<GatewayReply.DeadLetterView> deadLetters) {
    public DeadLetters {
      deadLetters = List.copyOf(deadLetters);
    }
  }

  /** {@code mainstay reviews}. */
  public record Reviews(List<GatewayReply.ReviewView> reviews) {
    public Reviews {
      reviews = List.copyOf(reviews);
    }
  }

  /** {@code mainstay transactions}. */
  public record Transactions(List<TransactionView> transactions) {
    public Transactions {
      transactions = List.copyOf(transactions);
    }
  }

  /** {@code mainstay reviews fetch}. */
  public record FetchedReview(String reviewId, String file) {}

  /** {@code mainstay reviews requeue}. */
  public record Requeued(String sessionId, int queued) {}

  /** {@code mainstay errors}. */
  public record Errors(List<ErrorView> errors) {
    public Errors {
      errors = List.copyOf(errors);
    }
  }

  /** {@code mainstay alerts}. */
  public record Alerts(List<GatewayReply.AlertView> alerts) {
    public Alerts {
      alerts = List.copyOf(alerts);
    }
  }

  /** {@code mainstay notifications}. */
  public record Notifications(List<GatewayReply.NotificationView> notifications) {
    public Notifications {
      notifications = List.copyOf(notifications);
    }
  }

  /** {@code mainstay sagas}. */
  public record Sagas(List<GatewayReply.SagaSummary> sagas) {
    public Sagas {
      sagas = List.copyOf(sagas);
    }
  }

  /** {@code mainstay recoveries}. */
  public record Recoveries(List<RecoverySummary> recoveries) {
    public Recoveries {
      recoveries = List.copyOf(recoveries);
    }
  }

  /** {@code mainstay cascades} and {@code mainstay strategies}. */
  public record RecoveryPlans(List<RecoveryPlanView> plans) {
    public RecoveryPlans {
      plans = List.copyOf(plans);
    }
  }

  /** {@code mainstay journal list}. */
  public record PersistenceIds(List<GatewayReply.PersistenceIdView> persistenceIds) {
    public PersistenceIds {
      persistenceIds = List.copyOf(persistenceIds);
    }
  }

  /** {@code mainstay journal show} and {@code explain}. */
  public record Events(List<EventDocument> events) {
    public Events {
      events = List.copyOf(events);
    }
  }

  /**
   * {@code mainstay sessions fetch}.
   *
   * @param withheld outputs that a person rejected: they are not handed out
   */
  public record Fetched(String sessionId, List<String> files, List<String> withheld) {
    public Fetched {
      files = List.copyOf(files);
      withheld = List.copyOf(withheld);
    }
  }

  /** {@code mainstay checkpoints list}. */
  public record Checkpoints(List<GatewayReply.CheckpointView> checkpoints) {
    public Checkpoints {
      checkpoints = List.copyOf(checkpoints);
    }
  }

  /** {@code mainstay checkpoints prune}. */
  public record Pruned(int checkpoints, long bytes) {}

  /** {@code mainstay sessions restart}. */
  public record Restarted(
      String sessionId, String ofSession, int batchesKept, int checkpointsKept) {}
}
