package io.mainstay.actors.postprocessing.image.safety;

import io.mainstay.actors.processing.image.Picture;
import java.util.ArrayList;
import java.util.List;

/** The rule-based filter of a policy: over the prompt, and over the pixels. Immutable. */
public final class PictureRules {
  private final SafetyPolicy policy;
  private final PromptRules prompts;

  /** The filter of that policy. */
  public PictureRules(SafetyPolicy policy) {
    this.policy = policy;
    this.prompts = new PromptRules(policy.forbiddenTerms());
  }

  /** Whether there is a rule for everything that the policy forbids. */
  public boolean coverPolicy() {
    return PixelRules.cover(policy);
  }

  /** What speaks against a prompt; nothing against an empty one. */
  public List<String> prompt(String prompt) {
    return prompts.found(prompt).stream().map(term -> "prompt:" + term).toList();
  }

  /** The finding about a picture and the prompt that it was made from. */
  public SafetyFinding judge(String prompt, Picture picture) {
    List<String> flags = new ArrayList<>(prompt(prompt));
    flags.addAll(PixelRules.flags(picture, policy));
    return SafetyFinding.ofRules(flags);
  }
}
