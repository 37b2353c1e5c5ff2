package io.mainstay.runtime.chaos;

import io.mainstay.actors.recovery.ErrorNames;
import java.util.List;

/** Conditions of pictures: what makes them, judges them, and what they turn out. */
final class PictureConditions {
  private static final String JUDGING = "what judges pictures";
  private static final String QUALITY = "how good pictures are";

  /** A model that judges pictures is damaged. */
  static final Condition SAFETY_MODEL_DAMAGED =
      Condition.named("safety-model-damaged", ErrorNames.POSTPROCESSING_MODEL_CORRUPTION)
          .needs(Need.OWN_NODE)
          .aloneWith(JUDGING)
          .endedBy(FileCausers.removed(FileCausers.SAFETY))
          .by(FileCausers::damagedSafetyModel);

  /** What a picture is made by is damaged. */
  static final Condition SCHEDULER_DAMAGED =
      Condition.named("scheduler-damaged", ErrorNames.WORKFLOW_TEMPLATE_CORRUPTION)
          .needs(Need.OWN_NODE)
          .endedBy(FileCausers.removed("chaos-scheduler"))
          .by(FileCausers::damagedScheduler);

  /** What pictures are judged by is damaged. */
  static final Condition SAFETY_POLICY_DAMAGED =
      Condition.named("safety-policy-damaged", ErrorNames.SAFETY_VALIDATION_SYSTEM_FAILURE)
          .needs(Need.OWN_NODE)
          .aloneWith(JUDGING)
          .endedBy(FileCausers::restorePolicy)
          .by(FileCausers::damagedPolicy);

  /** A picture is not as safe as the policy demands. */
  static final Condition PICTURE_UNSAFE =
      Condition.named("picture-unsafe", ErrorNames.POSTPROCESSING_SAFETY_POLICY_VIOLATION)
          .needs(Need.OWN_NODE)
          .aloneWith(JUDGING)
          .endedBy(FileCausers::restorePolicy)
          .by(FileCausers::unsafePictures);

  /** A picture is poor. */
  static final Condition PICTURE_POOR =
      Condition.named("picture-poor", ErrorNames.BELOW_QUALITY_THRESHOLD)
          .aloneWith(QUALITY)
          .by(PictureCausers::poorPicture);

  /** Many pictures are poor. */
  static final Condition PICTURES_POOR =
      Condition.named("pictures-poor", ErrorNames.POSTPROCESSING_QUALITY_DEGRADATION)
          .aloneWith(QUALITY)
          .endedBy(PictureCausers::goodPictures)
          .by(PictureCausers::poorPictures);

  /** All of them. */
  static final List<Condition> ALL =
      List.of(
          SAFETY_MODEL_DAMAGED,
          SCHEDULER_DAMAGED,
          SAFETY_POLICY_DAMAGED,
          PICTURE_UNSAFE,
          PICTURE_POOR,
          PICTURES_POOR);

  private PictureConditions() {}
}
