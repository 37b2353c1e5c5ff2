package io.mainstay.actors.gateway;

import io.mainstay.actors.recovery.Intake;
import io.mainstay.actors.recovery.IntakeKeeper;
import io.mainstay.persistence.blob.BlobRefusedException;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.database.StorageException;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.session.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Inputs come in and results go out, in chunks. A chunk is acknowledged once it is on the disk. */
final class BlobDesk implements Desk {
  private final BlobStore blobs;
  private final long maxInputBytes;
  private final Intake intake;
  private final Consumer<IntakeKeeper.Command> keeper;
  private final EventStamper stamper;
  private final Executor blocking;
  private final OpenUploads uploads;

  /**
   * @param maxInputBytes larger inputs are refused before any byte is sent
   * @param uploads those that are begun and not finished
   * @param blocking where the disk is waited for
   */
  BlobDesk(
      BlobStore blobs,
      long maxInputBytes,
      Intake intake,
      Consumer<IntakeKeeper.Command> keeper,
      EventStamper stamper,
      OpenUploads uploads,
      Executor blocking) {
    this.blobs = blobs;
    this.maxInputBytes = maxInputBytes;
    this.intake = intake;
    this.keeper = keeper;
    this.stamper = stamper;
    this.uploads = uploads;
    this.blocking = blocking;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.BeginUpload.class, this::begin);
    desks.on(GatewayRequest.UploadChunk.class, this::chunk);
    desks.on(GatewayRequest.FinishUpload.class, this::finish);
    desks.on(GatewayRequest.FetchChunk.class, this::fetch);
  }

  /** Throws the refusal of a node whose storage cannot be written. */
  static void requireOpen(Intake intake) {
    intake
        .paused()
        .ifPresent(
            pause -> {
              throw Refusal.of(
                  pause.code(), "nothing new is accepted: " + pause.reason(), pause.remedy());
            });
  }

  private CompletionStage<GatewayReply> begin(GatewayRequest.BeginUpload ask) {
    requireOpen(intake);
    if (ask.bytes() > maxInputBytes) {
      throw Refusal.of(
          "input_too_large",
          "'"
              + ask.name()
              + "' has "
              + ask.bytes()
              + " bytes; at most "
              + maxInputBytes
              + " are taken",
          "split the input, or raise mainstay.processing.max-input on the node");
    }
    return offThread(
        () -> {
          uploads.expired().forEach(blobs::abort);
          String uploadId = stamper.nextId();
          uploads.begin(uploadId);
          try {
            blobs.begin(uploadId, ask.name() == null ? "input" : ask.name());
          } catch (RuntimeException failed) {
            uploads.end(uploadId);
            throw failed;
          }
          return new GatewayReply.UploadBegun(uploadId, GatewaySettings.CHUNK_BYTES);
        });
  }

  private CompletionStage<GatewayReply> chunk(GatewayRequest.UploadChunk ask) {
    requireOpen(intake);
    return offThread(
        () -> {
          uploads.touch(ask.uploadId());
          var status = blobs.append(ask.uploadId(), ask.index(), ask.bytes());
          if (status.bytes() > maxInputBytes) {
            blobs.abort(ask.uploadId());
            uploads.end(ask.uploadId());
            throw Refusal.of(
                "input_too_large",
                "the upload grew beyond " + maxInputBytes + " bytes",
                "split the input, or raise mainstay.processing.max-input on the node");
          }
          return new GatewayReply.ChunkStored(ask.uploadId(), ask.index());
        });
  }

  private CompletionStage<GatewayReply> finish(GatewayRequest.FinishUpload ask) {
    requireOpen(intake);
    return offThread(
        () -> {
          BlobRef blob = blobs.finish(ask.uploadId());
          uploads.end(ask.uploadId());
          if (!blob.sha256().equals(ask.sha256())) {
            throw Refusal.of(
                "upload_corrupted",
                "the upload's SHA-256 is "
                    + blob.sha256()
                    + ", not "
                    + ask.sha256()
                    + " as announced",
                "the file changed while it was sent: submit it again");
          }
          return new GatewayReply.Uploaded(blob);
        });
  }

  private CompletionStage<GatewayReply> fetch(GatewayRequest.FetchChunk ask) {
    return offThread(
        () -> {
          long total =
              blobs
                  .size(ask.sha256())
                  .orElseThrow(
                      () ->
                          Refusal.of(
                              "unknown_blob",
                              "there is no blob " + ask.sha256(),
                              "see the outputs of 'mainstay sessions ID'"));
          requireHandedOut(ask.sha256());
          try (InputStream in = blobs.open(ask.sha256())) {
            in.skipNBytes(ask.offset());
            return new GatewayReply.Chunk(in.readNBytes(GatewaySettings.CHUNK_BYTES), total);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** What is not among the outputs of a session goes out to nobody, whoever knows its name. */
  private void requireHandedOut(String sha256) {
    List<String> owners = blobs.ownersOf(sha256);
    if (WithheldOwners.handOut(owners)) {
      return;
    }
    throw WithheldOwners.withhold(owners)
        ? Refusal.of(
            "withheld",
            "blob " + sha256 + " is a picture that the safety gate or a person withheld",
            "'mainstay reviews --all' has it; an approved one can be fetched")
        : Refusal.of(
            "not_an_output",
            "blob " + sha256 + " is not among the outputs of any session",
            "see the outputs of 'mainstay sessions ID'");
  }

  private CompletionStage<GatewayReply> offThread(Supplier<GatewayReply> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.get();
          } catch (BlobRefusedException refused) {
            throw Refusal.of("upload_refused", refused.getMessage(), "begin the upload again");
          } catch (StorageException failed) {
            keeper.accept(new IntakeKeeper.StorageFailed(failed.getMessage(), failed.remedy()));
            throw Refusal.of("storage_unavailable", failed.getMessage(), failed.remedy());
          }
        },
        blocking);
  }
}
