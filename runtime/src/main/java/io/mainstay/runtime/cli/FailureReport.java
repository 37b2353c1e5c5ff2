package io.mainstay.runtime.cli;

import io.mainstay.client.ClientException;
import io.mainstay.client.NodeUnreachableException;
import io.mainstay.client.RequestRefusedException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Turns whatever ended a command into one message with its remedy, and an exit code. Stack traces
 * go to the log file, and only for what nobody expected.
 */
final class FailureReport implements IExecutionExceptionHandler, IParameterExceptionHandler {
  /** Refusals that say that the arguments were wrong, not that the work failed. */
  private static final Set<String> USAGE_CODES =
      Set.of(
          "unknown_template",
          "unknown_parameter",
          "invalid_parameter",
          "model_unknown",
          "too_many_inputs",
          "unknown_session");

  private final Terminal terminal;

  FailureReport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public int handleParseException(ParameterException wrong, String[] args) {
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    return print(firstLine(wrong), "see `" + command + " --help`", ExitCode.USAGE);
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    if (failure instanceof CliFailure known) {
      return print(known.getMessage(), known.remedy(), known.exitCode());
    }
    if (failure instanceof ClientException known) {
      return print(known.getMessage(), known.remedy(), exitCode(known));
    }
    if (failure instanceof FileSystemException file) {
      return print(reason(file), "check the path, its owner and the free space", ExitCode.FAILED);
    }
    LoggerFactory.getLogger(FailureReport.class)
        .error("command failed unexpectedly command={}", command.getCommandName(), failure);
    return print(
        "unexpected " + failure.getClass().getSimpleName() + ", " + firstLine(failure),
        "details are in " + System.getProperty("mainstay.log.file", "the log"),
        ExitCode.FAILED);
  }

  private static int exitCode(ClientException failure) {
    if (failure instanceof NodeUnreachableException) {
      return ExitCode.UNREACHABLE;
    }
    return failure instanceof RequestRefusedException refused
            && USAGE_CODES.contains(refused.code())
        ? ExitCode.USAGE
        : ExitCode.FAILED;
  }

  private int print(String message, String remedy, int exitCode) {
    terminal.err().println("error: " + message);
    terminal.err().println("remedy: " + remedy);
    return exitCode;
  }

  private static String reason(FileSystemException failure) {
    String why =
        failure instanceof NoSuchFileException
            ? "no such file"
            : failure instanceof AccessDeniedException
                ? "permission denied"
                : String.valueOf(failure.getReason());
    return failure.getFile() + ", " + why;
  }

  private static String firstLine(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
