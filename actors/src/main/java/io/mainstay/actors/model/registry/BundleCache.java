package io.mainstay.actors.model.registry;

import io.mainstay.actors.model.registry.ModelManifest.ManifestFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Puts the files of class-path models where a worker can open them: {@code
 * <cache>/<id>/<version>/}. A file appears whole or not at all (temporary file, fsync, rename); one
 * that is there with the right hash is left alone. Blocking.
 */
final class BundleCache {
  private static final int COPY_BYTES = 1 << 16;

  private final Path directory;
  private final VerifiedFiles verified;
  private final ClassLoader resources;

  BundleCache(Path directory, VerifiedFiles verified, ClassLoader resources) {
    this.directory = directory;
    this.verified = verified;
    this.resources = resources;
  }

  /** Where the files of that model lie, or will. */
  Path home(ModelManifest manifest) {
    return directory.resolve(manifest.id()).resolve(manifest.version());
  }

  /** Makes sure that all of them are there; empty when they are. */
  Optional<ModelProblem> materialize(ModelManifest manifest) {
    for (ManifestFile file : manifest.files()) {
      Path target = home(manifest).resolve(file.file());
      try {
        if (!isThere(target, file)) {
          Optional<ModelProblem> problem = copy(file, target);
          if (problem.isPresent()) {
            return problem;
          }
        }
      } catch (IOException failed) {
        return Optional.of(
            new ModelProblem(
                ModelFaultCode.MODEL_CACHE_FAILED,
                "the class-path file "
                    + file.resource()
                    + " cannot be written to "
                    + target
                    + ": "
                    + failed,
                "Free at least " + file.bytes() + " bytes there and check that it can be written"));
      }
    }
    return Optional.empty();
  }

  /** Files that are missing or not what the manifest says, as it names them. */
  List<String> damaged(ModelManifest manifest) {
    List<String> damaged = new ArrayList<>();
    for (ManifestFile file : manifest.files()) {
      try {
        if (!isThere(home(manifest).resolve(file.file()), file)) {
          damaged.add(file.file());
        }
      } catch (IOException unreadable) {
        damaged.add(file.file());
      }
    }
    return damaged;
  }

  private boolean isThere(Path target, ManifestFile file) throws IOException {
    return Files.isRegularFile(target)
        && Files.size(target) == file.bytes()
        && verified.sha256(target).equals(file.sha256());
  }

  private Optional<ModelProblem> copy(ManifestFile file, Path target) throws IOException {
    InputStream resource =
        file.resource().isEmpty() ? null : resources.getResourceAsStream(file.resource());
    if (resource == null) {
      return Optional.of(
          new ModelProblem(
              ModelFaultCode.MODEL_FILE_MISSING,
              "the class path has no resource '" + file.resource() + "' for " + file.file(),
              "Put the jar that holds it back on the class path, or take the model out of"
                  + " mainstay.model.bundled"));
    }
    Files.createDirectories(target.getParent());
    Path written = Files.createTempFile(target.getParent(), target.getFileName() + ".", ".tmp");
    try (resource) {
      MessageDigest digest = VerifiedFiles.digest();
      long bytes = write(resource, written, digest);
      String sha256 = HexFormat.of().formatHex(digest.digest());
      if (!sha256.equals(file.sha256())) {
        return Optional.of(
            new ModelProblem(
                ModelFaultCode.MODEL_CHECKSUM_MISMATCH,
                String.format(
                    "the class-path file %s has %d bytes and the SHA-256 %s, its manifest says %d"
                        + " and %s",
                    file.resource(), bytes, sha256, file.bytes(), file.sha256()),
                "Fetch the jar that holds it again; its version must be the manifest's"));
      }
      Files.move(
          written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncDirectory(target.getParent());
      verified.remember(target, sha256);
      return Optional.empty();
    } finally {
      Files.deleteIfExists(written);
    }
  }

  private static long write(InputStream from, Path to, MessageDigest digest) throws IOException {
    byte[] chunk = new byte[COPY_BYTES];
    long bytes = 0;
    try (FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
      for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
        digest.update(chunk, 0, read);
        ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, read);
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        bytes += read;
      }
      out.force(true);
    }
    return bytes;
  }

  /** The rename is durable once its directory is. */
  private static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
