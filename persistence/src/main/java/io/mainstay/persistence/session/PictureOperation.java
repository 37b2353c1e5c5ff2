package io.mainstay.persistence.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** One operation on a picture, as asked for. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "operation")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PictureOperation.Upscaling.class, name = "upscaling"),
  @JsonSubTypes.Type(value = PictureOperation.SafetyCheck.class, name = "safety_check"),
  @JsonSubTypes.Type(value = PictureOperation.FormatConversion.class, name = "format_conversion")
})
public sealed interface PictureOperation {
  /**
   * More pixels.
   *
   * @param model id of an upscaling model, or {@code lanczos} for the worker's own kernel
   * @param scale 2 or 4
   */
  record Upscaling(String model, int scale) implements PictureOperation {}

  /**
   * Whether the picture may be delivered.
   *
   * @param model id of a safety model, or {@code rules} for the filter over prompt and pixels
   * @param strictness {@code moderate} or {@code strict}; empty, also in journals of earlier
   *     versions, for the node's own. It can only tighten the policy
   */
  record SafetyCheck(String model, @JsonInclude(JsonInclude.Include.NON_EMPTY) String strictness)
      implements PictureOperation {
    public SafetyCheck {
      strictness = strictness == null ? "" : strictness;
    }
  }

  /**
   * The file's format.
   *
   * @param format {@code png}
   */
  record FormatConversion(String format) implements PictureOperation {}
}
