package io.mainstay.actors.recovery.action.postprocessing;

import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.image.safety.Decision;
import io.mainstay.actors.postprocessing.image.safety.PictureRules;
import io.mainstay.actors.postprocessing.image.safety.PolicySource;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.ModeGround;
import io.mainstay.actors.recovery.action.ModelFileCheck;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.entity.SettingBounds;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * When pictures cannot be judged: nothing doubtful goes out, people judge, and another validator
 * steps in. There is no external service to ask. The node stays careful until the gate is whole
 * again. A picture that breaks the policy is withheld by the gate itself; then these look that it
 * is so.
 */
public final class SafetyActions {
  private static final String PATH = "mainstay.recovery.safety";
  private static final String SOURCE = "safety_validation_recovery";

  /** Errors of pictures that are poor. */
  private static final Set<String> POOR =
      Set.of(
          ErrorNames.POSTPROCESSING_QUALITY_DEGRADATION.code(),
          ErrorNames.BELOW_QUALITY_THRESHOLD.code());

  private final ActionFloor floor;
  private final Workers workers;
  private final SafetySystem safety;
  private final ModeGround careful;
  private final SafetyReturn back;
  private final ModelFileCheck files;

  private SafetyActions(ActionFloor floor) {
    this.floor = floor;
    this.workers = new Workers(floor);
    this.safety = new SafetySystem(floor);
    this.files = new ModelFileCheck(floor);
    this.careful = new ModeGround(floor, ModeKey.of(DegradationMode.SAFETY_FIRST_MODE), SOURCE);
    Duration pause = floor.around().config().getDuration(PATH + ".look-again");
    new SettingBounds(PATH).positive("look-again", pause);
    this.back = new SafetyReturn(floor, safety, careful, pause);
    // The former life of the node may have been careful.
    back.watch();
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    SafetyActions safety = new SafetyActions(floor);
    actions
        .add("block_all_potentially_unsafe_content", safety::block)
        .add("enable_manual_review_queue", safety::review)
        .add("log_safety_system_failure", safety::log)
        .add("rule_based_content_filter", safety::rules)
        .add("simplified_ml_classifier", safety::classifier);
  }

  /** The gate works, and has withheld what breaks the policy: somebody's request, no failure. */
  private static boolean isViolation(Task task) {
    return task.plan().error().equals(ErrorNames.POSTPROCESSING_SAFETY_POLICY_VIOLATION.code());
  }

  private CompletionStage<RecoveryStepOutcome> block(Task task) {
    if (isViolation(task)) {
      return safety
          .policy()
          .thenApply(
              policy ->
                  new RecoveryStepOutcome.Done(
                      "the gate works: below a content safety of %s policy %s says %s"
                          .formatted(
                              policy.contentSafetyMinimum(),
                              policy.version(),
                              policy.belowSafety().wireName())));
    }
    return careful
        .enter(ModeTrigger.SAFETY_VALIDATION_SYSTEM_FAILURE, task.plan().error(), task.cause())
        .thenApply(
            view -> {
              back.watch();
              return blocked(view);
            });
  }

  private static RecoveryStepOutcome blocked(ModeView view) {
    String holds = view.restrictions().modesText();
    return view.restrictions().safety().conservative()
        ? new RecoveryStepOutcome.Done(
            "%s holds: what is below a threshold, or cannot be judged, is withheld"
                .formatted(holds))
        : new RecoveryStepOutcome.Failed(
            "mode_not_held", "A person keeps the node out of safety_first_mode; held: " + holds);
  }

  /**
   * Whatever is withheld can be put before a person: the queue answers and has room. Where pictures
   * are poor that is all that is left to do, and enough if the policy puts them there.
   */
  private CompletionStage<RecoveryStepOutcome> review(Task task) {
    return floor
        .await(
            task,
            () ->
                safety
                    .reviews()
                    .thenApply(page -> Optional.of(room(page.open(), safety.reviewsMax()))),
            () -> "the review queue does not answer")
        .thenCompose(
            outcome ->
                outcome instanceof RecoveryStepOutcome.Done done
                        && POOR.contains(task.plan().error())
                    ? safety.policy().thenApply(policy -> poor(policy, done.evidence()))
                    : CompletableFuture.completedFuture(outcome));
  }

  private static RecoveryStepOutcome room(int open, int most) {
    return open < most
        ? new RecoveryStepOutcome.Done(
            "%d pictures wait for a person, the review queue has room for %d more"
                .formatted(open, most - open))
        : new RecoveryStepOutcome.Failed(
            "review_queue_full",
            "%d pictures wait for a person, which is all that mainstay.persistence.review.open-max"
                    .formatted(open)
                + " allows: what is withheld now nobody can decide about. Decide some of them, see"
                + " 'mainstay reviews', or raise the limit");
  }

  private static RecoveryStepOutcome poor(SafetyPolicy policy, String room) {
    Decision decision = policy.belowQuality().decision();
    return new RecoveryStepOutcome.Done(
        "policy %s has a picture below a quality of %s %s; %s"
            .formatted(policy.version(), policy.qualityMinimum(), decision.wireName(), room),
        decision != Decision.DELIVERED,
        "");
  }

  /** Administrators know, and it is written down; once for all who meet it. */
  private CompletionStage<RecoveryStepOutcome> log(Task task) {
    if (isViolation(task)) {
      // The review queue journals each; whoever looks there sees it.
      return safety
          .reviews()
          .thenApply(
              page ->
                  new RecoveryStepOutcome.Done(
                      "%d pictures wait for a person".formatted(page.open())));
    }
    floor
        .system()
        .log()
        .error(
            "safety system failed error={} subject={} level={} modes={}",
            task.plan().error(),
            task.subject(),
            task.parameter("logging-level"),
            InForce.on(floor.system()).modesText());
    return floor
        .<AlertCommand, akka.Done>ask(
            floor.around().alerts(),
            replyTo ->
                new AlertCommand.Raise(
                    SafetyReturn.ALERT,
                    SafetyReturn.SUBJECT,
                    "Pictures cannot be judged as they should: %s at %s; they are withheld"
                        .formatted(task.plan().error(), task.subject()),
                    "Repair the policy or the review queue that the fault names; 'mainstay reviews'"
                        + " lists what waits for you",
                    task.cause(),
                    replyTo))
        .thenApply(
            done ->
                new RecoveryStepOutcome.Done(
                    "the alert %s is open and journaled".formatted(SafetyReturn.ALERT)));
  }

  /**
   * The rules over prompt and pixels. Enough if they know all that the policy forbids, or if the
   * policy cannot be read and a person judges everything.
   */
  private CompletionStage<RecoveryStepOutcome> rules(Task task) {
    return safety
        .policy()
        .handle((policy, failure) -> failure == null ? byRules(policy) : byPeople(failure));
  }

  private static RecoveryStepOutcome byRules(SafetyPolicy policy) {
    boolean all = new PictureRules(policy).coverPolicy();
    return new RecoveryStepOutcome.Done(
        SafetySystem.provenRules(policy)
            + (all ? "; they know every class that it forbids" : "; they do not know every class"),
        all,
        "");
  }

  private RecoveryStepOutcome byPeople(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (!InForce.on(floor.system()).safety().conservative()) {
      return new RecoveryStepOutcome.Failed(
          "safety_policy_unusable", "Work is refused: " + cause.getMessage());
    }
    try {
      return new RecoveryStepOutcome.Done(
          "%s; the node's own policy cannot be read, so a person judges every picture: %s"
              .formatted(SafetySystem.provenRules(PolicySource.ours()), cause.getMessage()),
          true,
          "");
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /**
   * The model that the gate judges by, if its files are whole and a device takes it. Another model
   * of the registry would be of no use: the gate does not ask it.
   */
  private CompletionStage<RecoveryStepOutcome> classifier(Task task) {
    return files
        .verify(task, List.of(safety.model()), "no model")
        .thenCompose(
            whole ->
                whole instanceof RecoveryStepOutcome.Failed damaged
                    ? CompletableFuture.completedFuture(none(damaged.message()))
                    : workers
                        .all()
                        .thenCompose(
                            all -> load(task, all.stream().filter(DeviceView::serves).findFirst())))
        .exceptionally(
            refused ->
                none(
                    String.valueOf(
                        (refused.getCause() == null ? refused : refused.getCause()).getMessage())));
  }

  private RecoveryStepOutcome none(String why) {
    return new RecoveryStepOutcome.Failed(
        "no_safety_classifier",
        "The gate judges by %s and no other model, and it cannot be used: %s. Rules judge meanwhile;"
                .formatted(safety.model(), why)
            + " restore its files, or name another one in"
            + " mainstay.processing.pictures.safety-model");
  }

  private CompletionStage<RecoveryStepOutcome> load(Task task, Optional<DeviceView> device) {
    if (device.isEmpty()) {
      return CompletableFuture.completedFuture(none("no device serves"));
    }
    String id = device.get().id();
    return floor
        .<ModelCommand, ModelDescriptor>askStatus(
            floor.ports().model(),
            replyTo -> new ModelCommand.EnsureLoaded(safety.model(), id, replyTo),
            task.step().limit())
        .thenApply(
            loaded ->
                loaded.safety() == null
                    ? none("it is no safety model")
                    : new RecoveryStepOutcome.Done(
                        "the gate judges by %s, whose files are whole: classes %s, on %s"
                            .formatted(loaded.id(), loaded.safety().classes(), id),
                        true,
                        ""));
  }
}
