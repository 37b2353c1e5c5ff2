package io.mainstay.runtime.cli.command;

import io.mainstay.actors.gateway.GatewayReply.ReviewView;
import io.mainstay.actors.gateway.GatewayReply.Reviewed;
import io.mainstay.client.MainstayClient;
import io.mainstay.runtime.cli.ExitCode;
import io.mainstay.runtime.cli.Quantities;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.cli.TextTable;
import io.mainstay.runtime.cli.document.Lists;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mainstay reviews}: pictures that need a person, and what that person says. */
@Command(
    name = "reviews",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel =
        "[show ID | approve ID | reject ID | fetch ID --output FILE | requeue SESSION]",
    subcommands = {
      ReviewsCommand.Show.class,
      ReviewsCommand.Approve.class,
      ReviewsCommand.Reject.class,
      ReviewsCommand.Fetch.class,
      ReviewsCommand.Requeue.class
    },
    description = "Lists pictures that wait for a person's decision, oldest first.")
public final class ReviewsCommand extends NodeQuery {
  @Option(names = "--all", description = "Those that are decided too.")
  private boolean all;

  public ReviewsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    List<ReviewView> reviews;
    try (MainstayClient client = node.connect()) {
      reviews = client.reviews(!all);
    }
    return answer(new Lists.Reviews(reviews), () -> list(reviews));
  }

  private void list(List<ReviewView> reviews) {
    TextTable table =
        new TextTable(
            "REVIEW", "SESSION", "PICTURE", "VERDICT", "STATE", "SAFETY", "QUALITY", "PROMPT");
    for (ReviewView review : reviews) {
      table.row(
          review.reviewId(),
          review.sessionId(),
          review.index(),
          review.verdict(),
          review.state(),
          String.format(Locale.ROOT, "%.3f", review.contentSafetyScore()),
          String.format(Locale.ROOT, "%.1f", review.qualityScore()),
          review.prompt());
    }
    table.print(terminal.out(), all ? "No reviews yet." : "Nothing waits for a decision.");
  }

  private static void print(PrintStream out, Reviewed answer) {
    ReviewView review = answer.review();
    out.println("review    " + review.reviewId() + ", " + review.state());
    out.println("picture   " + review.index() + " of session " + review.sessionId());
    if (!review.prompt().isEmpty()) {
      out.println("prompt    " + review.prompt());
    }
    out.println("verdict   " + review.verdict() + " by policy " + review.policyVersion());
    review.reasons().forEach(reason -> out.println("reason    " + reason));
    out.println("opened    " + Quantities.instant(review.openedAt()));
    if (review.decidedAt() != null) {
      out.println(
          "decided   " + Quantities.instant(review.decidedAt()) + " by " + review.decidedBy());
    }
    if (!review.note().isEmpty()) {
      out.println("note      " + review.note());
    }
    if (!answer.effect().isEmpty()) {
      out.println(answer.effect());
    }
  }

  /** {@code mainstay reviews show}. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows why a picture needs a person, and what was decided.")
  public static final class Show extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The review.")
    private String reviewId;

    public Show(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      Reviewed review;
      try (MainstayClient client = node.connect()) {
        review = client.review(reviewId);
      }
      return answer(review.review(), () -> print(terminal.out(), review));
    }
  }

  /** One decision about one review. */
  abstract static class Decision extends NodeQuery {
    private final String decision;

    @Parameters(paramLabel = "ID", description = "The review.")
    private String reviewId;

    @Option(
        names = "--note",
        defaultValue = "",
        description = "Why, in your words: stands in the journal. At most 1000 characters.")
    private String note;

    Decision(Terminal terminal, String decision) {
      super(terminal);
      this.decision = decision;
    }

    @Override
    public final Integer call() {
      Reviewed review;
      try (MainstayClient client = node.connect()) {
        review = client.decideReview(reviewId, decision, note);
      }
      return answer(review, () -> print(terminal.out(), review));
    }
  }

  /** {@code mainstay reviews approve}. */
  @Command(
      name = "approve",
      mixinStandardHelpOptions = true,
      description = "Lets a picture go out. A decision stands.")
  public static final class Approve extends Decision {
    public Approve(Terminal terminal) {
      super(terminal, "approve");
    }
  }

  /** {@code mainstay reviews reject}. */
  @Command(
      name = "reject",
      mixinStandardHelpOptions = true,
      description = "Lets a picture not go out; its file is deleted. A decision stands.")
  public static final class Reject extends Decision {
    public Reject(Terminal terminal) {
      super(terminal, "reject");
    }
  }

  /** {@code mainstay reviews fetch}. */
  @Command(
      name = "fetch",
      mixinStandardHelpOptions = true,
      description = "Downloads a picture, to look at it before a decision or to use it after one.")
  public static final class Fetch extends NodeQuery {
    @Parameters(paramLabel = "ID", description = "The review.")
    private String reviewId;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "Where to.")
    private Path file;

    public Fetch(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws IOException {
      try (MainstayClient client = node.connect()) {
        client.fetchReview(reviewId, file.toAbsolutePath());
      }
      return answer(
          new Lists.FetchedReview(reviewId, file.toString()), () -> terminal.out().println(file));
    }
  }

  /** {@code mainstay reviews requeue}. */
  @Command(
      name = "requeue",
      mixinStandardHelpOptions = true,
      description = "Queues the pictures of a session that a full queue held back.")
  public static final class Requeue extends NodeQuery {
    @Parameters(paramLabel = "SESSION", description = "The session.")
    private String sessionId;

    public Requeue(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() {
      int queued;
      try (MainstayClient client = node.connect()) {
        queued = client.requeueReviews(sessionId);
      }
      answer(
          new Lists.Requeued(sessionId, queued),
          () -> terminal.out().println(queued + " pictures of " + sessionId + " are queued."));
      return ExitCode.DONE;
    }
  }
}
