package io.mainstay.runtime.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The worker binary and the library that it loads, both run for real. */
final class WorkerChecks {
  private static final String BUILD = "mvn -DskipTests package, or set mainstay.device.worker";

  private final DoctorSettings settings;

  WorkerChecks(DoctorSettings settings) {
    this.settings = settings;
  }

  List<Finding> run() {
    Finding binary = binary();
    if (binary.verdict() == Finding.Verdict.FAIL) {
      return List.of(binary);
    }
    return List.of(binary, library());
  }

  private Finding binary() {
    Path binary = settings.workerBinary();
    if (!Files.isRegularFile(binary)) {
      return Finding.fail("worker", "there is no " + binary, BUILD + ".binary");
    }
    if (!Files.isExecutable(binary)) {
      return Finding.fail("worker", binary + " is not executable", "chmod u+x " + binary);
    }
    return answer("worker", BUILD + ".binary", binary.toString(), "--version");
  }

  private Finding library() {
    Path library = settings.onnxRuntime();
    if (!Files.isRegularFile(library)) {
      return Finding.fail("onnx runtime", "there is no " + library, BUILD + ".onnx-runtime");
    }
    return answer(
        "onnx runtime",
        "use the ONNX Runtime that the build unpacks, for this kind of CPU",
        settings.workerBinary().toString(),
        "--self-check",
        "--onnxruntime",
        library.toString());
  }

  private Finding answer(String check, String remedy, String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(settings.workerTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return Finding.fail(
            check,
            String.join(" ", command)
                + " did not end within "
                + settings.workerTimeout().toSeconds()
                + " s",
            remedy);
      }
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      String lastLine = said.substring(said.lastIndexOf('\n') + 1);
      return process.exitValue() == 0
          ? Finding.ok(check, lastLine)
          : Finding.fail(
              check,
              String.join(" ", command) + " ended with " + process.exitValue() + ": " + lastLine,
              remedy);
    } catch (IOException e) {
      return Finding.fail(check, "cannot run " + command[0] + ", " + e.getMessage(), remedy);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.fail(check, "interrupted", "run it again");
    }
  }
}
