package io.mainstay.runtime.demo;

/**
 * What {@code mainstay demo -o json} prints.
 *
 * @param detectionMillis from the kill to the host's notice
 * @param recoveryMillis from the kill to a successor that serves
 * @param output path of {@code embeddings.jsonl}
 */
public record DemoDocument(
    int documents,
    int embedded,
    int lost,
    int duplicated,
    int mismatched,
    int workerKills,
    double detectionMillis,
    double recoveryMillis,
    String sessionId,
    String output) {}
