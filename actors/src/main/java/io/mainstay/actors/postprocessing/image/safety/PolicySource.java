package io.mainstay.actors.postprocessing.image.safety;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads the policy that counts: the one shipped with the safety model, or ours where there is none;
 * stricter where the node has one of its own; with raised thresholds where it is strict. Blocks.
 */
public final class PolicySource {
  private static final String OURS = "/mainstay/safety-policy.json";
  private static final String UNREADABLE = "policy_unreadable";

  private final SafetySettings settings;

  /** By these settings. */
  public PolicySource(SafetySettings settings) {
    this.settings = settings;
  }

  /**
   * A policy, and what it was made of.
   *
   * @param sha256 of all that decides about it: files and settings, lower-case hex
   */
  public record Adopted(SafetyPolicy policy, String sha256) {}

  /**
   * The policy that counts now.
   *
   * @param shipped the safety model's policy file, or null for none
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if one is no policy; the message names it
   */
  public Adopted policy(Path shipped) throws IOException {
    MessageDigest digest = sha256();
    SafetyPolicy policy = shipped == null ? ours(digest) : read(shipped, digest);
    if (settings.policy().isPresent()) {
      policy = policy.stricter(read(settings.policy().get(), digest));
    }
    if (settings.strictness() == SafetySettings.Strictness.STRICT) {
      policy = policy.raisedBy(settings.safetyMargin(), settings.qualityMargin());
      digest.update(
          ("strict " + settings.safetyMargin() + " " + settings.qualityMargin())
              .getBytes(StandardCharsets.US_ASCII));
    }
    return new Adopted(policy, HexFormat.of().formatHex(digest.digest()));
  }

  /**
   * What counts while a node that is careful cannot read its policy: ours, and beyond it something
   * that nobody can tell, so that every picture waits for a person.
   */
  public static SafetyPolicy unreadable() throws IOException {
    SafetyPolicy ours = ours(sha256());
    return new SafetyPolicy(
        ours.version() + "+" + UNREADABLE,
        ours.contentSafetyMinimum(),
        ours.qualityMinimum(),
        ours.technicalCompliance(),
        Enforcement.REJECT,
        Enforcement.REJECT,
        List.of(UNREADABLE),
        ours.forbiddenTerms());
  }

  /** The policy that comes with the node. */
  public static SafetyPolicy ours() throws IOException {
    return ours(sha256());
  }

  private static SafetyPolicy ours(MessageDigest digest) throws IOException {
    try (InputStream in = PolicySource.class.getResourceAsStream(OURS)) {
      return parse(OURS, in.readAllBytes(), digest);
    }
  }

  private static SafetyPolicy read(Path file, MessageDigest digest) throws IOException {
    return parse(file.toString(), Files.readAllBytes(file), digest);
  }

  private static SafetyPolicy parse(String name, byte[] bytes, MessageDigest digest) {
    digest.update(bytes);
    try {
      return SafetyPolicyFile.parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException unusable) {
      throw new IllegalArgumentException(name + ": " + unusable.getMessage(), unusable);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java platform has SHA-256", impossible);
    }
  }
}
