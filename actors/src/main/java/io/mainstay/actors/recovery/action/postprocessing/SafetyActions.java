package io.mainstay.actors.recovery.action.postprocessing;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.failed;

import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.ModeGround;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.entity.SettingBounds;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * When pictures cannot be judged: nothing doubtful goes out, people judge, and another validator
 * steps in. The node stays careful until the gate is whole again. A picture that breaks the policy
 * is withheld by the gate itself; then these look that it is so.
 */
public final class SafetyActions {
  private static final String PATH = "mainstay.recovery.safety";
  private static final String SOURCE = "safety_validation_recovery";

  private final ActionFloor floor;
  private final SafetySystem safety;
  private final ModeGround careful;
  private final SafetyReturn back;

  private SafetyActions(ActionFloor floor, SafetySystem safety) {
    this.floor = floor;
    this.safety = safety;
    this.careful = new ModeGround(floor, ModeKey.of(DegradationMode.SAFETY_FIRST_MODE), SOURCE);
    Duration pause = floor.around().config().getDuration(PATH + ".look-again");
    new SettingBounds(PATH).positive("look-again", pause);
    this.back = new SafetyReturn(floor, safety, careful, pause);
    // The former life of the node may have been careful.
    back.watch();
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    SafetySystem safety = new SafetySystem(floor);
    SafetyActions care = new SafetyActions(floor, safety);
    OtherValidators validators = new OtherValidators(floor, safety);
    actions
        .add("block_all_potentially_unsafe_content", care::block)
        .add("enable_manual_review_queue", new PictureReviews(floor, safety)::enable)
        .add("log_safety_system_failure", care::log)
        .add("rule_based_content_filter", validators::rules)
        .add("simplified_ml_classifier", validators::classifier);
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
                  done(
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
        ? done(
            "%s holds: what is below a threshold, or cannot be judged, is withheld"
                .formatted(holds))
        : failed(
            "mode_not_held", "A person keeps the node out of safety_first_mode; held: " + holds);
  }

  /** Administrators know, and it is written down; once for all who meet it. */
  private CompletionStage<RecoveryStepOutcome> log(Task task) {
    if (isViolation(task)) {
      // The review queue journals each; whoever looks there sees it.
      return safety
          .reviews()
          .thenApply(page -> done("%d pictures wait for a person".formatted(page.open())));
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
            done -> done("the alert %s is open and journaled".formatted(SafetyReturn.ALERT)));
  }
}
