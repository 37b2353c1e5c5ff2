package io.mainstay.client;

import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.persistence.session.WorkClass;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A workflow to submit.
 *
 * @param template such as {@code text-embedding}
 * @param inputs files, in the order in which the template takes them: one with a document a line,
 *     or one for each picture
 * @param params of the template
 * @param workClass rank
 * @param outputDirectory on the node's host and below its output roots, or null: results are
 *     fetched then
 */
public record Submission(
    String template,
    List<Path> inputs,
    List<GatewayRequest.Param> params,
    WorkClass workClass,
    Path outputDirectory) {
  public Submission {
    inputs = List.copyOf(inputs);
    params = List.copyOf(params);
  }

  /** A workflow with the template's defaults, whose results are fetched. */
  public static Submission of(String template, Path input) {
    return of(template, List.of(input));
  }

  /** As {@link #of(String, Path)}, with several inputs. */
  public static Submission of(String template, List<Path> inputs) {
    return new Submission(template, inputs, List.of(), WorkClass.STANDARD, null);
  }

  /** With one parameter more. */
  public Submission with(String key, String value) {
    List<GatewayRequest.Param> more = new ArrayList<>(params);
    more.add(new GatewayRequest.Param(key, value));
    return new Submission(template, inputs, more, workClass, outputDirectory);
  }

  /** Whose results the node writes there. */
  public Submission writingTo(Path directory) {
    return new Submission(template, inputs, params, workClass, directory);
  }

  /** At another rank. */
  public Submission as(WorkClass rank) {
    return new Submission(template, inputs, params, rank, outputDirectory);
  }
}
