package io.mainstay.runtime.demo;

import java.nio.file.Path;

/**
 * Where the demo works.
 *
 * @param input one document a line
 * @param output where the results of the disturbed run go; they stay there
 * @param undisturbed where those of the run to compare with go
 */
public record DemoStage(Path input, Path output, Path undisturbed) {}
