package io.mainstay.actors.node;

import com.typesafe.config.Config;
import io.mainstay.actors.device.worker.WorkerLauncher;
import io.mainstay.actors.recovery.Intake;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.checkpoint.CheckpointHolds;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.identity.EventStamper;
import java.nio.file.Path;
import java.time.Instant;

/**
 * What a node has before its first actor, and after its last.
 *
 * @param config whole, every override included
 * @param checkpointHolds what its clients were told of
 * @param token that clients must show
 * @param version of the product
 * @param startedAt of this life
 */
record NodeParts(
    NodeSettings settings,
    Config config,
    Path dataDirectory,
    Database database,
    BlobStore blobs,
    CheckpointHolds checkpointHolds,
    EventStamper stamper,
    WorkerLauncher launcher,
    Intake intake,
    String token,
    String version,
    Instant startedAt) {}
